"""How a task, a box or a deal stands in a digest: one line each, and how it stood when that was sent."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from inboxcrm.base.money import Money
from inboxcrm.base.own_time import zone_of
from inboxcrm.base.spelled import spell_day
from inboxcrm.reports.digests.shape import Line, in_quotes

if TYPE_CHECKING:
    from inboxcrm.base.settings import User
    from inboxcrm.reports.digests.ground import Ground


def task_line(ground: Ground, user: User, row: Any, *, with_rule: bool = True) -> Line:
    """Give the line of a task: what is to be done, when, on what, why, and by which rule in which version."""
    is_late = row.due_at < ground.now
    return Line(
        "task",
        row.id,
        row.text,
        label=("Overdue, was due " if is_late else "Due ") + spell_due(ground, user, row.due_at),
        detail=place_words(row, row.text),
        is_late=is_late,
        is_question=bool(row.question),
        why=row.why if with_rule else "",
        rule=rule_of(row) if with_rule else "",
        told=told_of(row, row.owner, row.state),
    )


def box_line(
    row: Any, text: str, *, label: str = "", is_late: bool = False, why: str = "", rule: str = ""
) -> Line:
    """Give the line of a lead or deal, about which a word may be said."""
    told = told_of(row, row.box_owner, row.deal_state or row.lead_state or "")
    return Line("box", row.box_id, text, label, place_words(row), is_late, why=why, rule=rule, told=told)


def told_of(row: Any, owner: str | None, state: str) -> dict[str, Any]:
    """Give how something stood: whose it was, its state, and what the deal is worth."""
    amount = str(Money(row.minor, row.currency)) if row.minor is not None else ""
    return {"owner": owner or "", "state": state, "deal": row.deal_state or "", "amount": amount}


def rule_of(row: Any) -> str:
    """Give the rule that made a task, with its version and date (RN-8)."""
    return f"{row.rule} {row.rule_version}" if row.rule else ""


def place_words(row: Any, told: str = "") -> str:
    """Give on what it is: the box's name unless that is told, and of a deal what it is worth and where it stands."""
    name = [] if row.box in told and (row.minor is not None or row.stage) else [in_quotes(row.box)]
    worth = [str(Money(row.minor, row.currency))] if row.minor is not None else []
    return " · ".join([*name, *worth, *([row.stage] if row.stage else [])])


def spell_due(ground: Ground, user: User, at: datetime) -> str:
    """Give a moment as a day, today's with the clock: 22 November, 16:05."""
    local = at.astimezone(zone_of(ground.settings, user))
    if local.date() == ground.today(user):
        return f"today, {local:%H:%M}"
    return f"{local.day} {local:%B}" if local.year == ground.today(user).year else spell_day(local.date())


def who(row: Any) -> str:
    """Give the customer's person, as foreign words."""
    return in_quotes(row.contact or row.box)
