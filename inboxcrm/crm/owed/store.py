"""Questions about answers that are owed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from inboxcrm.crm.owed.records import OwedAnswer


def clock_of_box(session: Session, box_id: int) -> OwedAnswer | None:
    """Give the clock of a box, also one that has run out."""
    return session.get(OwedAnswer, box_id)


def set_clock(session: Session, box_id: int, asked_at: datetime, due_at: datetime) -> None:
    """Begin the clock of a box anew."""
    clock = session.get(OwedAnswer, box_id, with_for_update=True)
    if clock is None:
        session.add(OwedAnswer(box_id=box_id, asked_at=asked_at, due_at=due_at))
    else:
        clock.asked_at, clock.due_at = asked_at, due_at
