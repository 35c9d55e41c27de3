"""What is known of a lead's worth, in lines for people: BANT, score with its parts, estimate (LD-7, LD-8, OP-13)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from inboxcrm.base.money import Money
from inboxcrm.crm.qualifying.bant import ANSWERS
from inboxcrm.crm.qualifying.points import PARTS, total_of
from inboxcrm.crm.qualifying.score import part_of, points_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from inboxcrm.crm.qualifying.records import Qualification


def lines_of_worth(known: Qualification | None, zone: ZoneInfo, *, has_amount: bool = False) -> list[str]:
    """Tell what is known; an estimate only as long as nobody has said an amount, and never as one."""
    if known is None:
        return []
    lines = [bant_line(known, zone), score_line(known)]
    if known.estimate_minor is not None and not has_amount:
        lines.append(estimate_line(known))
    return [line for line in lines if line]


def bant_line(known: Qualification, zone: ZoneInfo) -> str:
    """Tell budget, authority, need and timeline with who said so and when; "" if nothing was said."""
    if not any(getattr(known, field) for field in ANSWERS):
        return ""
    return "BANT: " + ", ".join(
        f"{field} {getattr(known, field) or 'not said'}{_sayer(known, field, zone)}" for field in ANSWERS
    )


def _sayer(known: Qualification, field: str, zone: ZoneInfo) -> str:
    said = known.said.get(field)
    if not said or getattr(known, field) is None:
        return ""
    at = datetime.fromisoformat(said["at"]).astimezone(zone)
    return f" ({said['by']}, {at:%Y-%m-%d})"


def score_line(known: Qualification) -> str:
    """Tell the points with their parts, and which nobody can tell; "" if none is known."""
    total = total_of(points_of(known))
    if total is None:
        return ""
    parts = {name: part_of(known, name) for name in PARTS}
    told = [
        f"{name} {part.points}{f' ({part.why})' if part.why else ''}"
        for name, part in parts.items()
        if part.points is not None
    ]
    unknown = [name for name, part in parts.items() if part.points is None]
    missing = f"; unknown and left out: {', '.join(unknown)}" if unknown else ""
    return f"score {total[0]} of {5 * total[1]}: {', '.join(told)}{missing}"


def estimate_line(known: Qualification) -> str:
    """Tell what the deal may be worth, as an estimate."""
    money = Money(known.estimate_minor or 0, known.currency or "EUR")
    return f"estimate, as no amount is known: {money} a year ({known.employees} people)"


def short_bant(known: Qualification | None) -> str:
    """Tell BANT in a few letters, such as "B yes, N yes, T urgent"."""
    if known is None:
        return ""
    return ", ".join(
        f"{field[0].upper()} {answer}" for field in ANSWERS if (answer := getattr(known, field)) is not None
    )
