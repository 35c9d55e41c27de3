"""Questions for mails by who wrote them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from inboxcrm.base.among import among
from inboxcrm.ingest.records import Message

# A person wrote, or pressed a button. What a machine sends has a kind of its own (ingest/classify.py).
BY_PEOPLE = ("customer", "form", "forwarded", "calendar")
BY_MACHINES = ("auto-reply",)


@dataclass(frozen=True, slots=True)
class Heard:
    """A mail, as far as is needed to tell what it says of its writer."""

    message_id: int
    kind: str
    sender: str
    received_at: datetime
    taken_in_at: datetime
    intents: list[dict[str, Any]]

    def intent(self, name: str) -> dict[str, Any] | None:
        """Give what it says of a kind; None if nothing."""
        return next((one for one in self.intents if one["name"] == name), None)


_COLUMNS = (
    Message.id,
    Message.kind,
    Message.sender,
    Message.received_at,
    Message.taken_in_at,
    Message.intents,
)


def heard_from(
    session: Session, contacts: Iterable[int], box_id: int, kinds: Collection[str], since: datetime
) -> list[Heard]:
    """Give the mails of these kinds of people, or on a box, that were taken in since a moment, the oldest first.

    Mail that lay there before its mailbox went live is none.
    """
    is_theirs = or_(among(session, Message.contact_id, sorted(contacts)), Message.box_id == box_id)
    return _heard(session, kinds, since, is_theirs)


def heard_of_machines(session: Session, contact_id: int, box_id: int, since: datetime) -> list[Heard]:
    """Give the automatic answers for a person, or on a box by an address of which nobody knows whose it is."""
    is_his = or_(
        Message.contact_id == contact_id, and_(Message.box_id == box_id, Message.contact_id.is_(None))
    )
    return _heard(session, BY_MACHINES, since, is_his)


def _heard(session: Session, kinds: Collection[str], since: datetime, is_meant: Any) -> list[Heard]:
    query = select(*_COLUMNS).where(
        is_meant, Message.kind.in_(kinds), Message.taken_in_at > since, Message.is_archived.is_(False)
    )
    return [Heard(*row) for row in session.execute(query.order_by(Message.id))]
