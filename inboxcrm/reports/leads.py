"""How many leads came by each source, type or campaign, and what became of them (IN-8)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from inboxcrm.base.database import Session
from inboxcrm.base.money import Money
from inboxcrm.crm.qualifying.points import total_of
from inboxcrm.crm.qualifying.score import points_of
from inboxcrm.crm.qualifying.store import OPEN_STATES, listed_leads
from inboxcrm.crm.qualifying.told import short_bant
from inboxcrm.crm.store import count_leads_by

BY = ("source", "type", "campaign")


@dataclass(frozen=True, slots=True)
class Came:
    """The leads with one name, "" for those without: how many were answered, converted and won, and for how much."""

    name: str
    leads: int
    answered: int
    converted: int
    won: int
    amounts: tuple[Money, ...]


def leads_by(
    session: Session, by: str, since: datetime | None = None, owners: Collection[str | None] | None = None
) -> list[Came]:
    """Count the leads made since a moment by `source`, `type` or `campaign`, the most first; of these owners only."""
    rows: dict[str, list[Any]] = {}
    for row in count_leads_by(session, by, since, owners):
        rows.setdefault(row.name, []).append(row)
    found = [_together(name, same) for name, same in rows.items()]
    return sorted(found, key=lambda one: (-one.leads, one.name))


def open_leads(session: Session) -> list[dict[str, Any]]:
    """List the leads that are open or rest, the newest first: state, points as of their last mail, BANT, owner."""
    rows = []
    for lead, box, known in listed_leads(session, (*OPEN_STATES, "Recycled")):
        total = total_of(points_of(known)) if known else None
        rows.append(
            {
                "box": box.id,
                "name": box.name,
                "state": lead.state,
                "score": f"{total[0]} of {5 * total[1]}" if total else None,
                "bant": short_bant(known) or None,
                "owner": lead.owner,
            }
        )
    return rows


def _together(name: str, rows: list[Any]) -> Came:
    """Make one line of the rows of a name, which has one for each currency of its deals."""
    won = sorted((row.currency, int(row.minor)) for row in rows if row.won)
    return Came(
        name,
        leads=sum(row.leads for row in rows),
        answered=sum(row.answered for row in rows),
        converted=sum(row.converted for row in rows),
        won=sum(int(row.won) for row in rows),
        amounts=tuple(Money(minor, currency) for currency, minor in won),
    )
