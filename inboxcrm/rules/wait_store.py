"""Questions to the table of rules that wait after an event."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from inboxcrm.base.among import among
from inboxcrm.base.store import events_by_id
from inboxcrm.base.work import Event
from inboxcrm.rules.records import RuleWait


def rules_with_due_waits(session: Session, now: datetime) -> set[str]:
    """Give the rules of which a wait is over."""
    return set(session.scalars(select(RuleWait.rule).where(RuleWait.due_at <= now).distinct()))


def due_waits(session: Session, rule: str, now: datetime) -> list[int]:
    """Give the waits of a rule that are over, the oldest first."""
    query = select(RuleWait.id).where(RuleWait.rule == rule, RuleWait.due_at <= now)
    return list(session.scalars(query.order_by(RuleWait.due_at, RuleWait.id)))


def take_waits(session: Session, wait_ids: Iterable[int]) -> dict[int, Event]:
    """Take those of these waits for this transaction that are still there; give the event of each."""
    query = select(RuleWait.id, RuleWait.event_id).where(among(session, RuleWait.id, wait_ids))
    waits = session.execute(query.with_for_update(skip_locked=True)).all()
    events = events_by_id(session, [event_id for _, event_id in waits])
    return {wait_id: events[event_id] for wait_id, event_id in sorted(waits) if event_id in events}


def end_waits(session: Session, wait_ids: Iterable[int]) -> None:
    """Let waits go."""
    query = delete(RuleWait).where(among(session, RuleWait.id, wait_ids))
    session.execute(query, execution_options={"synchronize_session": False})
