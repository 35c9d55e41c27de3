"""Questions for calls of webhooks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from inboxcrm.outbox.webhooks.records import WebhookCall


def call_by_dedupe(session: Session, dedupe: str) -> WebhookCall | None:
    """Give the call that was written for this purpose."""
    return session.scalar(select(WebhookCall).where(WebhookCall.dedupe == dedupe))


def due_call_ids(session: Session, now: datetime, database_time: datetime, limit: int = 50) -> list[int]:
    """Give the calls to make now, those too whose claimer is gone: told twice is better than never."""
    is_waiting = (WebhookCall.state == "waiting") & (WebhookCall.due_at <= now)
    is_lost = (WebhookCall.state == "claimed") & (WebhookCall.claimed_until < database_time)
    query = select(WebhookCall.id).where(or_(is_waiting, is_lost)).order_by(WebhookCall.id)
    return list(session.scalars(query.limit(limit)))


def lock_call(session: Session, call_id: int) -> WebhookCall | None:
    """Give a call that nobody else can change before this transaction ends; None if it was erased meanwhile."""
    return session.get(WebhookCall, call_id, with_for_update=True, populate_existing=True)


def calls_in_state(session: Session, *states: str) -> list[WebhookCall]:
    """Give the calls in these states, oldest first."""
    return list(
        session.scalars(select(WebhookCall).where(WebhookCall.state.in_(states)).order_by(WebhookCall.id))
    )
