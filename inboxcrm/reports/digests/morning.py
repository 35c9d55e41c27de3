"""The rep's morning: what is to do today by value and age, whom he owes an answer, what is to be filed (MG-1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inboxcrm.base.spelled import spell_weekday
from inboxcrm.reports.digests.pressing import answers_owed, examples_for, section, unfiled
from inboxcrm.reports.digests.shape import Digest, Section
from inboxcrm.reports.digests.wording import task_line
from inboxcrm.reports.trouble import spell_count

if TYPE_CHECKING:
    from inboxcrm.base.settings import User
    from inboxcrm.reports.digests.ground import Ground

MOST_TASKS = 40


def morning(ground: Ground, user: User) -> Digest:
    """Give what a rep has to do today."""
    today = ground.today(user)
    rows = [row for row in due_rows(ground, user) if row.kind != "filing"]
    rows.sort(key=lambda row: (-ground.value(row), row.due_at, row.id))
    todo = section("To do today", [task_line(ground, user, row) for row in rows], most=MOST_TASKS)
    owed, filing = answers_owed(ground, user), unfiled(ground, user)
    overdue = sum(row.due_at < ground.now for row in rows)
    return Digest(
        spell_weekday(today),
        ", ".join(_summary(todo, owed, filing, overdue)),
        (todo, owed, filing),
        examples=examples_for(ground, user),
    )


def due_rows(ground: Ground, user: User) -> list[Any]:
    """Give the tasks of a user, and of those for whom he stands in, that are due by the end of his day."""
    until = ground.end_of(ground.today(user), user)
    rows = [row for owner in sorted(ground.own(user)) for row in ground.tasks.get(owner, ())]
    return [row for row in rows if row.due_at < until]


def _summary(todo: Section, owed: Section, filing: Section, overdue: int) -> list[str]:
    found = [f"{spell_count(todo.count, 'thing')} to do"]
    found += [f"{overdue} overdue"] if overdue else []
    found += [f"{spell_count(owed.count, 'answer')} owed"] if owed.count else []
    return found + ([f"{spell_count(filing.count, 'mail')} to file"] if filing.count else [])
