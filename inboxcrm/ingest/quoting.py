"""A customer's mail as notices show it, and the link that answers it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from inboxcrm.base.database import Session
from inboxcrm.base.settings import Settings
from inboxcrm.ingest.store import last_customer_message

LONGEST_TEXT = 100_000


def mail_facts(session: Session, settings: Settings, box_id: int) -> dict[str, Any] | None:
    """Give the newest mail of a box's customer as plain values; None if there is none."""
    message = last_customer_message(session, box_id)
    if message is None:
        return None
    return {
        "sender": message.sender,
        "sender_name": message.sender_name,
        "subject": message.subject,
        "at": f"{message.received_at.astimezone(settings.company.zone):%A %d %B %Y %H:%M}",
        "text": message.text[:LONGEST_TEXT],
        "attachments": [f"{a['name'] or a['content_type']} ({a['size']} bytes)" for a in message.attachments],
        "message_id": message.message_id or "",
        "is_proven": message.is_aligned,
    }


def reply_link(mail: dict[str, Any], house_address: str) -> str:
    """Give a mailto: link (RFC 6068) that answers a mail in its thread, with the CRM in Cc."""
    fields = {"cc": house_address, "subject": reply_subject(mail["subject"])}
    if mail["message_id"]:
        fields["in-reply-to"] = f"<{mail['message_id']}>"
    query = "&".join(f"{name}={quote(str(value), safe='')}" for name, value in fields.items())
    return f"mailto:{quote(mail['sender'], safe='@')}?{query}"


def reply_subject(subject: str) -> str:
    """Give the subject of an answer: the same, with one Re: before it."""
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"
