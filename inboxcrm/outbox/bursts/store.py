"""Questions for bursts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.outbox.bursts.records import Burst

GATHERING = "gathering"


def gathering_burst(session: Session, rule: str) -> Burst | None:
    """Give the burst of a rule that still gathers, for this transaction alone."""
    query = select(Burst).where(Burst.state == GATHERING, Burst.rule == rule).order_by(Burst.id)
    return session.scalar(query.limit(1).with_for_update())


def abandoned_bursts(session: Session, before: datetime, limit: int = 100) -> list[str]:
    """Give the rules of bursts that gathered last before a moment: whoever swept has ended on the way."""
    query = select(Burst.rule).where(Burst.state == GATHERING, Burst.last_at < before)
    return list(session.scalars(query.order_by(Burst.id).limit(limit)))


def lock_burst(session: Session, burst_id: int) -> Burst:
    """Give a burst that nobody else can change before this transaction ends."""
    return session.get_one(Burst, burst_id, with_for_update=True, populate_existing=True)


def asked_bursts(session: Session) -> list[Burst]:
    """Give the bursts about which a person is asked, oldest first."""
    return list(session.scalars(select(Burst).where(Burst.state == "asked").order_by(Burst.id)))
