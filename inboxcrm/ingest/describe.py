"""What a mail says, as the values of its record: all that can be known without asking the database.

Plain values in, plain values out, so that another process can do it (`reading_ahead`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from inboxcrm.base.settings import Account, Settings
from inboxcrm.ingest.classify import Seen, message_kind
from inboxcrm.ingest.intents import read_absence, read_intents
from inboxcrm.ingest.recognise import token_names
from inboxcrm.ingest.thread import people_marks, thread_keys
from inboxcrm.mail.evidence import evidence_for
from inboxcrm.mail.incoming import Incoming
from inboxcrm.mail.letter_token import read_message_id
from inboxcrm.mail.reply import split_reply, words_in

FORWARD_LINE = "---------- Forwarded message ----------"
UNREAD_KINDS = frozenset({"bulk"})  # nobody asks what exactly is new in them


@dataclass(frozen=True, slots=True)
class Place:
    """Where a copy of a mail lies, as far as that is evidence: in which account, and whether among what was sent."""

    account: Account
    is_sent: bool


@dataclass(frozen=True, slots=True)
class Described:
    """The values of a message's row by their column, its thread's keys, and the people it is compared by.

    `has_token`: an id, address or mark in it bears our right code, so that the database must say which letter
    is meant, and its kind may be `own`.
    """

    values: dict[str, Any]
    keys: list[str]
    people: set[str]
    has_token: bool

    @property
    def ident(self) -> str:
        """The identity of the mail."""
        return str(self.values["ident"])


def describe(
    settings: Settings, key: bytes, place: Place, incoming: Incoming, *, is_archived: bool
) -> Described:
    """Describe a mail as if it were none of ours; old mail and bulk without the words that are new in it."""
    values = _said(settings, incoming)
    values["kind"], values["kind_reason"] = message_kind(Seen(incoming, settings, False))
    values.update(proof_of(settings, place, incoming))
    if values["kind"] == "forwarded" and incoming.attached:
        values["text"] = _with_attached(incoming)
    is_read = not is_archived and values["kind"] not in UNREAD_KINDS
    segments = split_reply(incoming.text) if is_read else ()
    values["segments"] = [[one.start, one.end, one.kind] for one in segments]
    values["new_words"] = words_in(incoming.text, segments)
    values["intents"] = _intents(values, incoming) if is_read else []
    own_id = incoming.message_id
    has_token = bool(own_id and read_message_id(key, own_id)) or bool(token_names(settings, key, incoming))
    return Described(values, thread_keys(incoming), people_marks(values["outside"]), has_token)


def _with_attached(incoming: Incoming) -> str:
    """Give the forwarder's words, and below them the mail that he has attached, as if it stood there (EM-1)."""
    told = next((one for one in incoming.attached if one.sender is not None), None)
    if told is None or told.sender is None:
        return incoming.text
    author = f"{told.sender.name} <{told.sender.address}>" if told.sender.name else told.sender.address
    head = [FORWARD_LINE, f"From: {author}", f"Date: {told.header('date') or ''}", f"Subject: {told.subject}"]
    return "\n".join([incoming.text.rstrip(), "", *head, "", told.text]).lstrip("\n")


def _intents(values: dict[str, Any], incoming: Incoming) -> list[dict[str, object]]:
    """Read what a customer asks for or says; an automatic answer tells of absences only (IN-12)."""
    words, subject = values["new_words"], incoming.subject
    sent_on = incoming.sent_at.date() if incoming.sent_at else None
    if values["kind"] == "auto-reply":
        found = read_absence(words, subject=subject, sent_on=sent_on)
    elif values["kind"] == "customer":
        names = [a.name for a in incoming.attachments]
        found = read_intents(words, subject=subject, attachments=names, sent_on=sent_on)
    else:
        found = []
    return [one.plain() for one in found]


def proof_of(settings: Settings, place: Place, incoming: Incoming) -> dict[str, bool]:
    """See what evidence a copy brings: (a) its author's own Sent folder, (b) the server's word on it."""
    account, sender = place.account, incoming.sender
    user = settings.user_by_key(account.user) if account.user else None
    is_own_folder = place.is_sent and user is not None and account.kind == "personal"
    return {
        "is_own_sent": bool(
            is_own_folder and user and sender and sender.address in (user.address, account.address)
        ),
        "is_aligned": evidence_for(account, incoming).is_aligned,
    }


def _said(settings: Settings, incoming: Incoming) -> dict[str, Any]:
    sender = incoming.sender
    recipients = [person.address for person in (*incoming.to, *incoming.cc)]
    everybody = {sender.address, *recipients} if sender else set(recipients)
    return {
        "ident": incoming.ident,
        "message_id": incoming.message_id,
        "sender": sender.address[:320] if sender else "",
        "sender_name": sender.name[:300] if sender else "",
        "recipients": recipients,
        "outside": sorted(one for one in everybody if one and not settings.is_inside(one)),
        "reference_ids": list(dict.fromkeys((*incoming.references, *incoming.in_reply_to))),
        "subject": incoming.subject,
        "text": incoming.text,
        "attachments": [
            {"name": a.name, "content_type": a.content_type, "size": a.size, "sha256": a.sha256}
            for a in incoming.attachments
        ],
        "sent_at": incoming.sent_at,
    }
