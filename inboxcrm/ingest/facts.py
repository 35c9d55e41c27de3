"""The columns behind the facts of messages that rules see."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Text, and_, cast, func, or_, select

from inboxcrm.base.json_names import names_in
from inboxcrm.crm.facts import BOX, BOX_NAME, BOX_OWNER, is_open_matter, with_boxes
from inboxcrm.ingest.records import Message
from inboxcrm.ingest.store import IS_COURTESY

_INTENTS = cast(Message.intents, Text)
MESSAGE: dict[str, Any] = {
    "box_id": Message.box_id,
    "name": func.coalesce(BOX_NAME, ""),
    "owner": BOX_OWNER,
    "kind": Message.kind,
    "sender": Message.sender,
    "subject": Message.subject,
    "intents": names_in(Message.intents),
    "is_first": Message.made_lead,
    "is_open_matter": is_open_matter(),
    "is_acceptance": or_(_INTENTS.contains('"acceptance"'), _INTENTS.contains('"purchase order"')),
    "needs_no_answer": IS_COURTESY,
    "is_late": Message.is_late,
    "is_answered": and_(BOX["last_outbound_at"].is_not(None), BOX["last_outbound_at"] > Message.received_at),
    "received_at": Message.received_at,
}
MESSAGE_ID: Any = Message.id


def select_messages(columns: dict[str, Any]) -> Any:
    """Select messages with these columns; the first one is the id."""
    return with_boxes(select(Message.id, *columns.values()), Message.box_id)
