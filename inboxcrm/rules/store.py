"""Questions to the tables of the rules."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inboxcrm.rules.records import Firing


def firing_by_key(session: Session, key: str) -> Firing | None:
    """Give the firing of an occasion."""
    return session.get(Firing, key)


def count_firings(session: Session) -> int:
    """Count the firings."""
    return session.scalar(select(func.count()).select_from(Firing)) or 0
