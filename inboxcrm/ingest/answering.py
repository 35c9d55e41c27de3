"""How a letter of ours answers a mail, so that it stands in its conversation in every mail program (P18, T3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.database import Session
from inboxcrm.base.store import blob_content
from inboxcrm.mail.errors import UnparsableMail
from inboxcrm.mail.parse import parse_headers
from inboxcrm.outbox.letter import Thread

if TYPE_CHECKING:
    from inboxcrm.ingest.records import Message
    from inboxcrm.mail.incoming import Incoming


def answer_to(session: Session, message: Message) -> Thread:
    """Give where an answer to a mail stands; its kept bytes are asked for Outlook's Thread-Index."""
    own_id = (message.message_id,) if message.message_id else ()
    references = (*message.reference_ids, *own_id)
    return Thread(message.message_id, references, _thread_index(session, message), message.received_at)


def headers_of(session: Session, message: Message) -> Incoming | None:
    """Give the headers of a mail, read again from its kept bytes; None if there are none, or they cannot be read."""
    try:
        return parse_headers(_header_block(blob_content(session, message.raw_sha256)))
    except (KeyError, UnparsableMail):
        return None


def _thread_index(session: Session, message: Message) -> str:
    headers = headers_of(session, message)
    return (headers.header("thread-index") or "") if headers else ""


def _header_block(raw: bytes) -> bytes:
    ends = [at for end in (b"\r\n\r\n", b"\n\n") if (at := raw.find(end)) >= 0]
    return raw[: min(ends)] + b"\r\n" if ends else raw
