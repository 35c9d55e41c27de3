"""`done`: finishes a task; an open opportunity gets its next one at once (OP-4)."""

from __future__ import annotations

from inboxcrm.base.spelled import spell_weekday
from inboxcrm.base.work import Work
from inboxcrm.commands.scene import Scene, task_of
from inboxcrm.crm.task import finish_task
from inboxcrm.crm.winning import win_if_complete


def finish(work: Work, scene: Scene) -> str:
    """Finish the task that the line is about."""
    task = task_of(work, scene)
    zone = work.settings.company.zone
    following = finish_task(work, task)
    won = win_if_complete(work, task)  # it was the last point of a checklist
    then = (
        f"; next, due {spell_weekday(following.due_at.astimezone(zone))}: {following.text}"
        if following
        else ""
    )
    return f"done: {task.text}{then}" + (f"; {won.name} is won" if won else "")
