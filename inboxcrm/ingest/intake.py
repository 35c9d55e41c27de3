"""Takes mail in: a batch of one folder in one transaction, with the folder's cursor (V1).

Each mail walks through STEPS, top to bottom. Parsing happens before the transaction; inside it the batch asks
once for all that is known of its mails, and writes their places and references once, at the end. Writers of
intake take turns (a named lock on PostgreSQL), so that a parent and its reply that arrive in two mailboxes at
once still find each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from inboxcrm.base.database import ValuesRefused, lock_name
from inboxcrm.base.settings import Account
from inboxcrm.base.store import insert_or_change, insert_or_ignore, keep_blobs
from inboxcrm.base.work import Office, Work
from inboxcrm.ingest import events
from inboxcrm.ingest.batch import Batch, ask_about, people_of
from inboxcrm.ingest.classify import Seen, message_kind
from inboxcrm.ingest.effects.table import act_on, learn_proof
from inboxcrm.ingest.intents import read_intents
from inboxcrm.ingest.match import match_box
from inboxcrm.ingest.recognise import find_answered_letter
from inboxcrm.ingest.records import Folder, Location, MailAccount, Message, Quarantine
from inboxcrm.ingest.store import folder_by_id, lock_folder, message_by_id
from inboxcrm.ingest.thread import thread_keys
from inboxcrm.ingest.weave import find_thread, note_keys, write_keys
from inboxcrm.mail.authentication import read_authentication
from inboxcrm.mail.errors import UnparsableMail
from inboxcrm.mail.fetched import Fetched
from inboxcrm.mail.incoming import Incoming
from inboxcrm.mail.letter_token import read_message_id
from inboxcrm.mail.parse import parse_mail
from inboxcrm.mail.reply import split_reply, words_in
from inboxcrm.outbox.store import letter_by_message_id

INTAKE_LOCK = 1
ACTOR = "intake"


@dataclass(slots=True)
class Parsed:
    """A fetched mail with what parsing made of it: an Incoming, or the reason why there is none."""

    fetched: Fetched
    incoming: Incoming | None
    error: str = ""


@dataclass(slots=True)
class Intake:
    """One mail on its way in; each step fills in its part."""

    work: Work
    account: Account
    folder: Folder
    live_from: datetime
    fetched: Fetched
    incoming: Incoming
    raw_sha256: str
    batch: Batch
    message: Message = field(default_factory=Message)

    @property
    def is_archived(self) -> bool:
        """Tell whether the mail lay there before the account went live: history only (IN-16)."""
        return self.fetched.received_at < self.live_from


def take_in(office: Office, account: Account, folder_id: int, mails: Sequence[Fetched], cursor: int) -> None:
    """Take a batch of a folder in and move its cursor, in one transaction.

    A mail on which a step fails is set aside in quarantine and the others go on (I6).
    """
    parsed = [_parse(fetched) for fetched in mails]
    try:
        _take_in_together(office, account, folder_id, parsed, cursor)
    except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError, *ValuesRefused) as error:
        if len(parsed) == 1:
            parsed[0].incoming, parsed[0].error = None, _told(error)
            _take_in_together(office, account, folder_id, parsed, cursor)
            return
        for one in parsed:
            take_in(office, account, folder_id, [one.fetched], one.fetched.uid)
        take_in(office, account, folder_id, [], cursor)


def _told(error: Exception) -> str:
    """Say what went wrong, without the values that a database error repeats."""
    return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"[:500]


def _parse(fetched: Fetched) -> Parsed:
    try:
        return Parsed(fetched, parse_mail(fetched.raw))
    except UnparsableMail as error:
        return Parsed(fetched, None, error.reason)


def _take_in_together(
    office: Office, account: Account, folder_id: int, parsed: Sequence[Parsed], cursor: int
) -> None:
    with office.work("intake", actor=ACTOR) as work:
        lock_name(work.session, INTAKE_LOCK)
        folder = lock_folder(work.session, folder_id)
        shas = keep_blobs(work.session, [one.fetched.raw for one in parsed])
        batch = ask_about(work.session, [one.incoming for one in parsed if one.incoming])
        live_from = work.session.get_one(MailAccount, folder.account_id).live_from
        for one, sha in zip(parsed, shas, strict=True):
            if one.incoming is None:
                _set_aside(work, folder, one, sha)
                continue
            intake = Intake(work, account, folder, live_from, one.fetched, one.incoming, sha, batch)
            _take_in_one(intake)
        write_keys(work, batch.keys)
        insert_or_change(work.session, Location.__table__, batch.new_places, "message_id")
        folder.live_uid = max(folder.live_uid, cursor)


def _take_in_one(intake: Intake) -> None:
    batch = intake.batch
    message_id = batch.messages.get(intake.incoming.ident)
    if message_id is None:
        for step in STEPS:
            step(intake)
        batch.messages[intake.incoming.ident] = intake.message.id
        act_on(intake.work, intake.message, intake.incoming)
    else:
        # The same mail in another folder or mailbox: one message, one more location, maybe its proof.
        intake.message = message_by_id(intake.work.session, message_id)
        learn_proof(intake.work, intake.message, **_proof(intake), incoming=intake.incoming)
    batch.new_places.append(_location(intake.folder, intake.fetched, intake.message.id))
    # It may have made its sender a contact, and shown the id that a draft left with.
    batch.addresses.update([intake.message.sender] if intake.message.contact_id else [])
    batch.rewritten.update([intake.incoming.message_id] if intake.incoming.message_id else [])


def _set_aside(work: Work, folder: Folder, one: Parsed, sha: str) -> None:
    row = {
        **_place(folder, one.fetched.uid),
        "raw_sha256": sha,
        "stage": "parse",
        "error": one.error[:2000],
        "at": work.now,
        "received_at": one.fetched.received_at,
        "is_gone": False,
    }
    insert_or_ignore(work.session, Quarantine.__table__, [row])
    subject = ("folder", folder.id)
    work.emit(events.MESSAGE_QUARANTINED, subject, is_quiet=True, uid=one.fetched.uid, error=one.error)


def _place(folder: Folder, uid: int) -> dict[str, int]:
    return {"folder_id": folder.id, "uidvalidity": folder.uidvalidity, "uid": uid}


def _location(folder: Folder, fetched: Fetched, message_id: int) -> dict[str, Any]:
    place = _place(folder, fetched.uid)
    names = {"remote_id": fetched.remote_id, "labels": list(fetched.labels) or None}
    return {
        **place,
        **names,
        "message_id": message_id,
        "received_at": fetched.received_at,
        "is_gone": False,
    }


def leave_out(office: Office, folder_id: int, heads: Sequence[tuple[int, datetime]]) -> None:
    """Note the places of mails that the capture policy leaves out: no content at all (V11)."""
    if not heads:
        return
    with office.work("intake.leave_out", actor=ACTOR) as work:
        folder = folder_by_id(work.session, folder_id)
        rows = [
            {**_place(folder, uid), "message_id": None, "received_at": received_at, "is_gone": False}
            for uid, received_at in heads
        ]
        insert_or_ignore(work.session, Location.__table__, rows)


# The steps of one mail, in order.


def _prove(intake: Intake) -> None:
    """See what evidence this copy brings: (a) its author's own Sent folder, (b) the server's word on it."""
    for name, value in _proof(intake).items():
        setattr(intake.message, name, value)


def _proof(intake: Intake) -> dict[str, bool]:
    account, sender = intake.account, intake.incoming.sender
    server = account.authentication_server or None
    domain = sender.domain if sender else ""
    user = intake.work.settings.user_by_key(account.user) if account.user else None
    is_sent = intake.folder.special_use == "sent" or "\\sent" in intake.fetched.labels
    is_own_folder = is_sent and user is not None and account.kind == "personal"
    return {
        "is_own_sent": bool(
            is_own_folder and user and sender and sender.address in (user.address, account.address)
        ),
        "is_aligned": read_authentication(intake.incoming.headers, domain, server).is_aligned,
    }


def _recognise(intake: Intake) -> None:
    """Find the letter of ours that it answers."""
    intake.message.answers_letter_id = find_answered_letter(
        intake.work, intake.incoming, intake.batch.rewritten
    )


def _classify(intake: Intake) -> None:
    incoming, work = intake.incoming, intake.work
    own_id = incoming.message_id
    is_ours = bool(
        own_id and read_message_id(work.key, own_id) and letter_by_message_id(work.session, own_id)
    )
    kind, reason = message_kind(Seen(incoming, work.settings, is_ours))
    intake.message.kind, intake.message.kind_reason = kind, reason


def _describe(intake: Intake) -> None:
    """Write down what the mail says."""
    incoming, message, settings = intake.incoming, intake.message, intake.work.settings
    segments = split_reply(incoming.text)
    own_words = words_in(incoming.text, segments)
    message.segments = [[one.start, one.end, one.kind] for one in segments]
    intents = read_intents(own_words) if message.kind == "customer" else []
    message.ident = incoming.ident
    message.message_id = incoming.message_id
    message.raw_sha256 = intake.raw_sha256
    message.sender = incoming.sender.address[:320] if incoming.sender else ""
    message.sender_name = incoming.sender.name[:300] if incoming.sender else ""
    message.recipients = [person.address for person in (*incoming.to, *incoming.cc)]
    message.outside = sorted(
        {p.address for p in people_of(incoming) if p.address and not settings.is_inside(p.address)}
    )
    message.reference_ids = list(dict.fromkeys((*incoming.references, *incoming.in_reply_to)))
    message.subject, message.text, message.new_words = incoming.subject, incoming.text, own_words
    message.attachments = [
        {"name": a.name, "content_type": a.content_type, "size": a.size, "sha256": a.sha256}
        for a in incoming.attachments
    ]
    message.intents = [intent.plain() for intent in intents]
    message.sent_at, message.received_at = incoming.sent_at, intake.fetched.received_at
    message.taken_in_at, message.is_archived = intake.work.now, intake.is_archived


def _thread(intake: Intake) -> None:
    find_thread(intake.work, intake.message, thread_keys(intake.incoming), intake.batch.keys)


def _match(intake: Intake) -> None:
    match_box(intake.work, intake.message, intake.batch.addresses, intake.batch.filings)


def _file(intake: Intake) -> None:
    """Write the message, and its keys where later mails find them."""
    session, message = intake.work.session, intake.message
    session.add(message)
    session.flush()
    note_keys(message, thread_keys(intake.incoming), intake.batch.keys)


STEPS: tuple[Callable[[Intake], None], ...] = (
    _prove,
    _recognise,
    _classify,
    _describe,
    _thread,
    _match,
    _file,
)
