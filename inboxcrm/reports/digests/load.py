"""What one of us has on his hands, for whoever leads him: so much is due, and to so many an answer is owed (EM-6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.reports.digests.pressing import answers_owed, section
from inboxcrm.reports.digests.shape import Digest
from inboxcrm.reports.digests.wording import task_line
from inboxcrm.reports.trouble import spell_count

if TYPE_CHECKING:
    from inboxcrm.base.settings import User
    from inboxcrm.reports.digests.ground import Ground

MOST_TASKS = 30


def load_of(ground: Ground, speaker: User, reader: User) -> Digest:
    """Give what a speaker has to do until tomorrow and whom he owes an answer, as far as his reader may see it."""
    sees = ground.sight(reader)
    rows = [row for row in ground.tasks.get(speaker.key, ()) if sees(row)]
    rows.sort(key=lambda row: (-ground.value(row), row.due_at, row.id))
    owed = answers_owed(ground, speaker)
    overdue = sum(row.due_at < ground.now for row in rows)
    summary = f"{spell_count(len(rows), 'thing')} to do until tomorrow, {overdue} overdue"
    return Digest(
        "",
        f"{summary}, {spell_count(owed.count, 'answer')} owed",
        (section("To do", [task_line(ground, reader, row) for row in rows], most=MOST_TASKS), owed),
        examples=_examples(ground, speaker, reader),
    )


def _examples(ground: Ground, speaker: User, reader: User) -> tuple[tuple[str, str], ...]:
    sellers = ("account_manager", "sdr", "team_lead")
    others = [one.key for one in ground.settings.user if one.role in sellers and one.key != speaker.key]
    return ((f"assign {others[0]}", "give it to somebody else"),) if others else ()
