"""Questions to the tables of the rules."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inboxcrm.base.store import insert_or_ignore
from inboxcrm.rules.records import Episode, Firing, Sweep


def firing_by_key(session: Session, key: str) -> Firing | None:
    """Give the firing of an occasion."""
    return session.get(Firing, key)


def count_firings(session: Session) -> int:
    """Count the firings."""
    return session.scalar(select(func.count()).select_from(Firing)) or 0


def episodes_of(session: Session, rule: str) -> dict[int, Episode]:
    """Give the open episodes of a rule by their record."""
    return {
        episode.subject_id: episode
        for episode in session.scalars(select(Episode).where(Episode.rule == rule))
    }


def is_rule_known(session: Session, rule: str) -> bool:
    """Tell whether a scheduled rule was in force before."""
    return session.get(Sweep, rule) is not None


def served_until(session: Session, rule: str) -> datetime | None:
    """Give the due moment of a schedule that was served last."""
    return session.scalar(select(Sweep.served_at).where(Sweep.rule == rule))


def lock_sweep(session: Session, rule: str, now: datetime) -> tuple[Sweep, bool]:
    """Give a rule's sweep for this transaction alone, and whether it is new: the rule has just come into force."""
    is_new = not is_rule_known(session, rule)
    if is_new:
        insert_or_ignore(session, Sweep.__table__, [{"rule": rule, "served_at": now}])
    return session.get_one(Sweep, rule, with_for_update=True, populate_existing=True), is_new
