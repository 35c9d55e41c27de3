"""What presses, as sections of a digest: owed, breached, escalated, stagnant, unfiled (EM-6, LD-6, OP-10, IN-3)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from inboxcrm.reports.digests.shape import Line, Section
from inboxcrm.reports.digests.wording import box_line, spell_due, task_line, who

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inboxcrm.base.settings import User
    from inboxcrm.reports.digests.ground import Ground

MOST = 15  # lines of one of these sections
ANSWER_WHY = "Customers' mail is answered within a business day, a big one's the same day (EM-6)."
CONTACT_WHY = "Everybody who asks is answered by a person within a business day (LD-6)."
STAGNANT_WHY = "Find the cause, get in touch, then continue, hold or lose it."


def section(title: str, lines: Sequence[Line], note: str = "", most: int = MOST) -> Section:
    """Make a section of the first lines; the rest are counted."""
    return Section(title, list(lines[:most]), len(lines), note)


def examples_for(ground: Ground, user: User) -> tuple[tuple[str, str], ...]:
    """Give what else a line can be answered with: to a colleague who is there, and that a deal is lost."""
    colleague = ground.colleague_of(user)
    assign = ((f"assign {colleague}", "give it to a colleague"),) if colleague else ()
    return (*assign, ("lost price", "lose the deal; a reason is needed"))


def answers_owed(ground: Ground, user: User) -> Section:
    """Give whom a rep owes an answer, the earliest due first."""
    owners = ground.own(user)
    owed = [one for one in ground.of(ground.owed, owners) if one[0].box_owner in owners]
    lines = [_owed_line(ground, user, row, due_at) for row, due_at in sorted(owed, key=_due_of)]
    return section("Answers owed", lines, ANSWER_WHY)


def breached(ground: Ground, user: User) -> Section:
    """Give what should have been answered by now, of all whom a manager leads: first contacts, then other mail."""
    sees, owners = ground.sight(user), ground.led(user)
    contacts = [row for row in ground.of(ground.late_contacts, owners) if sees(row)]
    late = [one for one in ground.of(ground.owed, owners) if one[1] < ground.now and sees(one[0])]
    lines = [
        box_line(
            row,
            f"{_owner(ground, row)}: first answer to {who(row)}",
            label=f"Was due {spell_due(ground, user, row.due_at)}",
            is_late=True,
        )
        for row in sorted(contacts, key=lambda row: (row.due_at, row.box_id))
    ]
    lines += [
        _owed_line(ground, user, row, due_at, by=_owner(ground, row))
        for row, due_at in sorted(late, key=_due_of)
    ]
    return section("Breached: nobody has answered in time", lines)


def escalated(ground: Ground, user: User) -> Section:
    """Give the technical questions that were passed on and wait."""
    sees = ground.sight(user)
    lines = [
        box_line(
            row,
            f"{_owner(ground, row)}: a technical question waits for "
            + (
                ground.person(row.colleague)
                if row.rung == "colleague" and row.colleague
                else f"a {_rung(row)}"
            ),
            label=f"Since {spell_due(ground, user, row.moved_at)}",
        )
        for row in ground.of(ground.climbing, ground.led(user))
        if sees(row)
    ]
    return section("Escalated", lines)


def stagnant(ground: Ground, user: User) -> Section:
    """Give the deals on which nothing moves, what is worth most first."""
    sees = ground.sight(user)
    rows = [row for row in ground.of(ground.stagnant, ground.led(user)) if sees(row)]
    rows.sort(key=lambda row: (-ground.value(row), row.active_at, row.box_id))
    lines = [
        box_line(row, f"{_owner(ground, row)}: {_still(ground, user, row)}", is_late=False) for row in rows
    ]
    return section("Stagnant", lines, STAGNANT_WHY)


def unfiled(ground: Ground, user: User) -> Section:
    """Give the mails of which a person must say where they belong."""
    owners = ground.own(user) if user.role not in ("sales_director", "team_lead") else ground.led(user)
    sees, own = ground.sight(user), ground.own(user)
    rows = [row for row in ground.of(ground.tasks, owners) if row.kind == "filing"]  # type: ignore[arg-type]
    rows = [row for row in rows if row.owner in own or sees(row)]
    return section("Needs filing", [task_line(ground, user, row, with_rule=False) for row in rows])


def _owed_line(ground: Ground, user: User, row: Any, due_at: datetime, by: str = "") -> Line:
    is_late = due_at < ground.now
    return box_line(
        row,
        f"{by}: answer {who(row)}"
        if by
        else f"Answer {who(row)}, who wrote {spell_due(ground, user, row.asked_at)}",
        label=("Overdue, was due " if is_late else "Due ") + spell_due(ground, user, due_at),
        is_late=is_late,
    )


def _due_of(owed: tuple[Any, datetime]) -> tuple[datetime, int]:
    row, due_at = owed
    return due_at, row.box_id


def _owner(ground: Ground, row: Any) -> str:
    return ground.person(row.box_owner) if row.box_owner else "Nobody's"


def _rung(row: Any) -> str:
    return "visit" if row.rung == "on site" else str(row.rung)


def _still(ground: Ground, user: User, row: Any) -> str:
    days = (ground.now - row.active_at).days
    if row.overdue_at is not None and row.overdue_at < ground.now:
        return f"too long on {row.stage}, nothing happened for {days} day{'' if days == 1 else 's'}"
    return f"nothing happened for {days} days"
