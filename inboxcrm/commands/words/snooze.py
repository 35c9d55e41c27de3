"""`snooze`: puts a task off."""

from __future__ import annotations

from inboxcrm.base.spelled import spell_ahead
from inboxcrm.base.work import Work
from inboxcrm.commands.scene import Scene, task_of
from inboxcrm.commands.when import DateOver, read_when
from inboxcrm.crm.task import snooze_task


def put_off(work: Work, scene: Scene) -> str:
    """Put the task off until the date that the line names."""
    zone = work.settings.company.zone
    languages = work.settings.commands.languages
    until = read_when(scene.line.rest, work.now, zone, work.settings.company.country, languages)
    if until <= work.now:
        raise DateOver(scene.line.rest)
    task = task_of(work, scene)
    snooze_task(work, task, until)
    day = spell_ahead(until.astimezone(zone).date(), work.now.astimezone(zone).date())
    return f"put off until {day}: {task.text}"
