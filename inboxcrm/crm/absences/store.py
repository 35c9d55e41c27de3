"""Questions about absences."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.base.remembered import forget, remembered
from inboxcrm.crm.records import Absence


def absence_at(session: Session, user: str, at: datetime) -> Absence | None:
    """Give the absence of a user at a moment; what was said last counts."""
    known = remembered(session, "absence")
    if (user, at) not in known:
        query = select(Absence).where(Absence.user == user, Absence.start_at <= at, Absence.until_at > at)
        known[user, at] = session.scalar(query.order_by(Absence.id.desc()).limit(1))
    absence: Absence | None = known[user, at]
    return absence


def absent_at(session: Session, at: datetime) -> set[str]:
    """Give the keys of all who are away at a moment."""
    query = select(Absence.user).where(Absence.start_at <= at, Absence.until_at > at)
    return set(session.scalars(query))


def write_absences(session: Session) -> None:
    """Write what has changed, and ask anew who is away."""
    session.flush()
    forget(session, "absence")


def absence_by_occasion(session: Session, occasion: str) -> Absence | None:
    """Give the absence that this mail or calendar entry told of."""
    return session.scalar(select(Absence).where(Absence.occasion == occasion))
