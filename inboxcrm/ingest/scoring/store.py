"""What a lead did, as its mails tell."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.ingest.records import Message
from inboxcrm.ingest.store import IS_COURTESY

MOST_MAILS = 500
BY_THEM = ("customer", "form", "forwarded")


def steps_of_box(session: Session, box_id: int) -> list[tuple[bool, datetime]]:
    """Give the newest mails of a box in their order: whether the customer wrote, and when; thanks left out."""
    query = (
        select(Message.kind, Message.received_at)
        .where(Message.box_id == box_id, Message.kind.in_((*BY_THEM, "outbound")), ~IS_COURTESY)
        .order_by(Message.received_at.desc(), Message.id.desc())
        .limit(MOST_MAILS)
    )
    return [(kind in BY_THEM, at) for kind, at in session.execute(query)][::-1]
