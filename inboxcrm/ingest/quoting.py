"""A customer's mail as notices show it, and the link that answers it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from inboxcrm.base.settings import Settings, User
from inboxcrm.base.spelled import spell_moment
from inboxcrm.base.work import Work
from inboxcrm.crm.store import box_by_id, contact_by_id, first_address
from inboxcrm.ingest.store import last_asking_message
from inboxcrm.mail.forward import bare_subject

if TYPE_CHECKING:
    from inboxcrm.ingest.records import Message

LONGEST_TEXT = 100_000
LONGEST_SUBJECT = 150


def notice_facts(
    work: Work,
    user: User,
    box_id: int,
    text: str,
    commands: list[str],
    *,
    why: str,
    rule: str,
    message: Message | None = None,
) -> dict[str, Any]:
    """Give all that a notice says, as plain values: what happened, what to answer, the customer's mail, and why.

    The mail is `message`, else the newest of the box's customer.
    """
    house = work.settings.house_account.address
    told = message or last_asking_message(work.session, box_id)
    mail = _asked(work, told) if told else None
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


def _asked(work: Work, message: Message) -> dict[str, Any] | None:
    """Give a mail as its customer's: of a form or a forward he is the person in it, whom nothing has proven."""
    facts = mail_facts(work.settings, message)
    if message.kind in ("customer", "copy"):
        return facts
    contact = contact_by_id(work.session, message.contact_id) if message.contact_id else None
    if contact is None or not contact.addresses:
        return None
    person = {"sender": first_address(contact), "sender_name": contact.name}
    if message.kind == "forwarded":
        person |= {
            "subject": bare_subject(message.subject),
            "text": _without_forwarder(message)[:LONGEST_TEXT],
        }
    return facts | person | {"message_id": "", "is_proven": False}


def _without_forwarder(message: Message) -> str:
    """Give the text of a forward without the words that the forwarder put on top, unless nothing else stands there."""
    text, above = message.text.lstrip(), message.new_words.strip()
    rest = text.removeprefix(above).lstrip() if above else text
    return rest or message.text


def mail_facts(settings: Settings, message: Message) -> dict[str, Any]:
    """Give a mail as plain values."""
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
