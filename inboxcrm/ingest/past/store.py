"""The mails that tell what was with a box at a past moment."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inboxcrm.base.among import among
from inboxcrm.crm.past.store import Touch
from inboxcrm.ingest.records import Message
from inboxcrm.ingest.store import IS_COURTESY


def touches_by_mail(session: Session, boxes: Iterable[int]) -> list[Touch]:
    """Give what mails on these boxes have moved: whatever a customer or one of us wrote, mere thanks left out."""
    known_at = func.coalesce(Message.acted_at, Message.taken_in_at)
    query: Any = select(Message.box_id, Message.received_at, known_at, Message.kind, Message.id).where(
        among(session, Message.box_id, boxes),
        Message.is_archived.is_(False),
        Message.kind.in_(("customer", "outbound", "form", "forwarded")),
        ~IS_COURTESY | (Message.kind == "outbound"),
    )
    return [
        Touch(box_id, at, known, "outbound" if kind == "outbound" else "inbound", number)
        for box_id, at, known, kind, number in session.execute(query)
    ]
