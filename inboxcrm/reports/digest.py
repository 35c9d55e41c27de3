"""The managers' digest: tasks that are due, by person, with the rule that made each (MG-2)."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from inboxcrm.base.settings import User
from inboxcrm.base.spelled import spell_weekday
from inboxcrm.base.work import Work
from inboxcrm.crm.absence import stand_in
from inboxcrm.crm.store import due_tasks
from inboxcrm.ingest.staleness import all_readings
from inboxcrm.reports import trouble
from inboxcrm.reports.trouble import Trouble, spell_count
from inboxcrm.sales.access import Sight

if TYPE_CHECKING:
    from inboxcrm.crm.records import Task

LONGEST = 60


def digest_of_tasks(work: Work, user: User) -> tuple[dict[str, Any], list[int]]:
    """Give what a digest says, as plain values, and the tasks of its numbered lines in order.

    Each person's lines stand together, the earliest due first; whoever has the earliest of all comes first.
    """
    company = work.settings.company
    today = work.now.astimezone(company.zone).date()
    end_of_day = datetime.combine(today + timedelta(days=1), time(0), company.zone).astimezone(UTC)
    sight = Sight(work.session, work.settings, user, work.now)
    due = due_tasks(work.session, end_of_day, [one.key for one in work.settings.user])
    due = [task for task in due if sight.is_own(task.owner) or sight.sees_box(task.box_id)]
    people = list(dict.fromkeys(task.owner for task in due))
    tasks = sorted(due[:LONGEST], key=lambda task: people.index(task.owner))
    overdue = sum(task.due_at < work.now for task in due)
    facts = {
        "name": user.name,
        "day": spell_weekday(today),
        "summary": f"{spell_count(len(due), 'thing')} to do{f', {overdue} overdue' if overdue else ''}",
        "lines": [_line(work, number, task) for number, task in enumerate(tasks, start=1)],
        "exceptions": exceptions(work, sight),
        "mailboxes": mailboxes_read(work),
    }
    if len(due) > LONGEST:
        facts["exceptions"] = [f"{len(due) - LONGEST} more are due than stand here", *facts["exceptions"]]
    return facts, [task.id for task in tasks]


def _line(work: Work, number: int, task: Task) -> dict[str, Any]:
    due_on = task.due_at.astimezone(work.settings.company.zone)
    owner = work.settings.user_by_key(task.owner)
    return {
        "number": number,
        "owner": task.owner,
        "person": _person(work, owner) if owner else task.owner,
        "text": task.text,
        "box": task.box.name,
        "box_id": task.box.id,
        "due": f"{due_on.day} {due_on:%B}",
        "is_overdue": task.due_at < work.now,
        "is_question": bool(task.question),
        "why": task.why,
        "rule": f"{task.rule} {task.rule_version}" if task.rule else "",
    }


def _person(work: Work, owner: User) -> str:
    """Give who does a task: its owner, or who stands in for him."""
    person = stand_in(work.session, work.settings, owner, work.now)
    return owner.name if person is owner else f"{person.name} (for {owner.name}, who is away)"


def mailboxes_read(work: Work) -> list[str]:
    """Say of each mailbox when it was last read, for the foot (P13)."""
    return trouble.mailboxes_read(all_readings(work.session, work.settings), work.settings)


def exceptions(work: Work, sight: Sight | None = None) -> list[str]:
    """Give what a person must look at, in words: letters in doubt, unread mails, failed reactions, held letters.

    Of letters only those about boxes that the reader may see (MG-6).
    """
    sight = sight or Sight(work.session, work.settings, None, work.now)
    return Trouble.of(work).words(lambda row: sight.sees_box(row.box_id))
