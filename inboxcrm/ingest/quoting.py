"""A customer's mail as notices show it, and the link that answers it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from inboxcrm.base.database import Session
from inboxcrm.base.settings import Settings, User
from inboxcrm.base.spelled import spell_moment
from inboxcrm.base.work import Work
from inboxcrm.crm.store import box_by_id
from inboxcrm.ingest.store import last_customer_message

LONGEST_TEXT = 100_000
LONGEST_SUBJECT = 150


def notice_facts(
    work: Work, user: User, box_id: int, text: str, commands: list[str], *, why: str, rule: str
) -> dict[str, Any]:
    """Give all that a notice says, as plain values: what happened, what to answer, the customer's mail, and why."""
    house = work.settings.house_account.address
    mail = mail_facts(work.session, work.settings, box_id)
    return {
        "name": user.name,
        "text": text,
        "why": why,
        "rule": rule,
        "box": box_by_id(work.session, box_id).name,
        "box_id": box_id,
        "commands": commands,
        "house": house,
        "mail": mail,
        "reply_link": reply_link(mail, house) if mail else "",
    }


def notice_subject(text: str, box: str) -> str:
    """Give a notice's subject, what happened first, as a phone shows little: New lead: Bob Brouwer, Licences."""
    subject = text if box in text else f"{text}{' ' if text.endswith('?') else ', '}{box}"
    is_long = len(subject) > LONGEST_SUBJECT
    return subject[:1].upper() + (subject[1 : LONGEST_SUBJECT - 1] + "…" if is_long else subject[1:])


def mail_facts(session: Session, settings: Settings, box_id: int) -> dict[str, Any] | None:
    """Give the newest mail of a box's customer as plain values; None if there is none."""
    message = last_customer_message(session, box_id)
    if message is None:
        return None
    return {
        "sender": message.sender,
        "sender_name": message.sender_name,
        "subject": message.subject,
        "at": spell_moment(message.received_at, settings.company.zone),
        "text": message.text[:LONGEST_TEXT],
        "attachments": [
            f"{a['name'] or a['content_type']} ({spell_size(a['size'])})" for a in message.attachments
        ],
        "message_id": message.message_id or "",
        "is_proven": message.is_aligned,
    }


def spell_size(size_bytes: int) -> str:
    """Give the size of a file as people read it: 900 bytes, 12 kB, 3.4 MB."""
    if size_bytes < 1000:
        return f"{size_bytes} bytes"
    return f"{size_bytes / 1000:.0f} kB" if size_bytes < 999_500 else f"{size_bytes / 1_000_000:.1f} MB"


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
