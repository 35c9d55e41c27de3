"""A customer's mail as notices show it, and the link that answers it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from inboxcrm.base.settings import User
from inboxcrm.base.spelled import spell_moment
from inboxcrm.base.work import Work
from inboxcrm.crm.qualifying.worth import worth_of_box
from inboxcrm.crm.store import box_by_id
from inboxcrm.ingest.notices.addressees import Addressees, addressees_of
from inboxcrm.ingest.notices.deeds import deeds_of, task_line
from inboxcrm.ingest.notices.files import MB, carry_files
from inboxcrm.ingest.notices.offered import offered_commands
from inboxcrm.ingest.store import last_asking_message
from inboxcrm.ingest.writer import SENT_BY_ANOTHER
from inboxcrm.mail.forward import bare_subject

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inboxcrm.ingest.records import Message

LONGEST_TEXT = 100_000
LONGEST_SUBJECT = 150
ENCRYPTED = frozenset({"application/pgp-encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"})


def notice_facts(
    work: Work,
    user: User,
    box_id: int,
    text: str,
    commands: Sequence[str] | None,
    *,
    why: str,
    rule: str,
    message: Message | None = None,
    room_bytes: int | None = None,
) -> dict[str, Any]:
    """Give all that a notice says, as plain values: what happened, what to answer, the customer's mail, and why.

    The mail is `message`, else the newest of the box's customer. Without `commands` those are offered that make sense
    now. `room_bytes`: so much of its files goes along.
    """
    house = work.settings.house_account.address
    told = message or last_asking_message(work.session, box_id)
    people = addressees_of(work, told) if told else None
    mail = mail_facts(work, told, people, room_bytes) if told and people else None
    box = box_by_id(work.session, box_id)
    offered = offered_commands(work, user, box, told) if commands is None else list(commands)
    return {
        "name": user.name,
        "text": text,
        "why": why,
        "rule": rule,
        "box": box.name,
        "box_id": box_id,
        "task": task_line(work, box),
        "worth": worth_of_box(work.session, box.id, work.settings.company.zone),
        "did": deeds_of(work, box, told) if told and told.box_id == box.id else [],
        "commands": offered,
        "snippets": [],
        "kept": "",
        "house": house,
        "mail": mail,
        "has_draft": False,
        "reply_link": reply_link(mail, house) if mail else "",
    }


def notice_subject(text: str, box: str) -> str:
    """Give a notice's subject, what happened first, as a phone shows little: New lead: Bob Brouwer, Licences."""
    subject = text if box in text else f"{text}{' ' if text.endswith('?') else ', '}{box}"
    is_long = len(subject) > LONGEST_SUBJECT
    return subject[:1].upper() + (subject[1 : LONGEST_SUBJECT - 1] + "…" if is_long else subject[1:])


def mail_facts(work: Work, message: Message, people: Addressees, room_bytes: int | None) -> dict[str, Any]:
    """Give a mail as its customer's: of a form or a forward he is the person in it, whom nothing has proven."""
    is_own = message.kind not in SENT_BY_ANOTHER
    is_forward = message.kind == "forwarded"
    room = work.settings.notices.attach_mb * MB if room_bytes is None else room_bytes
    text = _without_forwarder(message) if is_forward else message.text
    return {
        "sender": message.sender if is_own else people.to.address,
        "sender_name": message.sender_name if is_own else people.to.name,
        "to": people.to.address,
        "cc": [one.address for one in people.cc],
        "subject": bare_subject(message.subject) if is_forward else message.subject,
        "at": spell_moment(message.received_at, work.settings.company.zone),
        "text": text[:LONGEST_TEXT],
        "note": _note(message, text),
        "attachments": carry_files(message, room).lines,
        "message_id": (message.message_id or "") if is_own else "",
        "is_proven": message.is_aligned and is_own,
    }


def _note(message: Message, text: str) -> str:
    """Say why there is nothing to read, or not all of it."""
    if len(text) > LONGEST_TEXT:
        return "The mail is longer; the rest is in the mailbox."
    if text.strip():
        return ""
    if any(str(one["content_type"]).lower() in ENCRYPTED for one in message.attachments):
        return "The mail is encrypted; it is attached as it came, for you to open with your key."
    return "There are no words in it that could be read."


def _without_forwarder(message: Message) -> str:
    """Give the text of a forward without the words that the forwarder put on top, unless nothing else stands there."""
    text, above = message.text.lstrip(), message.new_words.strip()
    rest = text.removeprefix(above).lstrip() if above else text
    return rest or message.text


def reply_link(mail: dict[str, Any], house_address: str) -> str:
    """Give a mailto: link (RFC 6068) that answers a mail in its thread: all outside who were on it, the CRM in Cc."""
    fields = {"cc": ",".join((house_address, *mail["cc"])), "subject": reply_subject(mail["subject"])}
    if mail["message_id"]:
        fields["in-reply-to"] = f"<{mail['message_id']}>"
    query = "&".join(f"{name}={quote(str(value), safe='')}" for name, value in fields.items())
    return f"mailto:{quote(mail['to'], safe='@')}?{query}"


def reply_subject(subject: str) -> str:
    """Give the subject of an answer: the same, with one Re: before it."""
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"
