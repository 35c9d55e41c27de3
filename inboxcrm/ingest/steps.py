"""The steps of one mail through intake, top to bottom; `plain` goes the same way for many mails at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from inboxcrm.base.store import draw_id
from inboxcrm.base.work import Work
from inboxcrm.crm.store import contact_by_id
from inboxcrm.ingest import events
from inboxcrm.ingest.batch import Batch
from inboxcrm.ingest.classify import Seen, message_kind
from inboxcrm.ingest.describe import Described
from inboxcrm.ingest.effects.table import act_on, learn_proof
from inboxcrm.ingest.match import correction_of, match_box
from inboxcrm.ingest.recognise import find_answered_letter
from inboxcrm.ingest.records import Message
from inboxcrm.ingest.release import NOISE, call_a_customers
from inboxcrm.ingest.store import message_by_id, messages_with_id
from inboxcrm.ingest.twin import COPY, KINDS, is_copy, is_same_mail, proves_more
from inboxcrm.ingest.weave import find_thread, note_keys
from inboxcrm.mail.incoming import Incoming
from inboxcrm.mail.letter_token import read_message_id
from inboxcrm.outbox.store import letter_by_message_id

LATE = timedelta(hours=24)


@dataclass(slots=True)
class Intake:
    """One mail on its way in; each step fills in its part of the message."""

    work: Work
    incoming: Incoming
    described: Described
    raw_sha256: str
    received_at: datetime
    is_archived: bool
    batch: Batch
    message: Message = field(default_factory=Message)
    has_unfiled: bool = False  # there may be mail in its thread that stands on no box
    brings_proof: bool = False  # it is a copy, and the first one of its mail that is proven
    id_of_other: int | None = None  # another mail that came first has its Message-ID


def walk_steps(intake: Intake) -> int:
    """Take one mail in; give the number of its message.

    The same mail in another folder or mailbox is one message; the copy may bring its proof.
    """
    batch, message_id = intake.batch, intake.batch.messages.get(intake.described.ident)
    if message_id is None:
        for step in STEPS:
            step(intake)
        batch.messages[intake.described.ident] = intake.message.id
        intake.work.why = f"mail {intake.message.id}"
        act_on(intake.work, intake.message, intake.incoming, has_unfiled=intake.has_unfiled)
    else:
        intake.message = message_by_id(intake.work.session, message_id)
        proof = {name: intake.described.values[name] for name in ("is_own_sent", "is_aligned")}
        learn_proof(intake.work, intake.message, **proof, incoming=intake.incoming)
    _tell_next(intake)
    return intake.message.id


def _tell_next(intake: Intake) -> None:
    """Let the next mails of the batch know the contact and the box that this one has made, or a draft's new id."""
    batch, message = intake.batch, intake.message
    batch.boxes[message.thread_id] = message.thread.box_id
    if message.contact_id:
        batch.contacts.update(dict.fromkeys(_addresses(intake), message.contact_id))
    # Everybody on it may take part on a box now; who does not is only looked at more closely.
    batch.boxed.update(batch.contacts[one] for one in message.outside if one in batch.contacts)
    if message.kind == "outbound" and message.message_id:
        batch.rewritten.add(message.message_id)


def _addresses(intake: Intake) -> list[str]:
    """Give the addresses of a mail's contact: who asks in a form or a forward has not sent it."""
    message = intake.message
    if message.kind not in ("form", "forwarded"):
        return [message.sender]
    return [one.address for one in contact_by_id(intake.work.session, message.contact_id or 0).addresses]


def _describe(intake: Intake) -> None:
    """Write down what the mail says, and what evidence this copy brings."""
    message = intake.message
    for name, value in intake.described.values.items():
        setattr(message, name, value)
    message.raw_sha256, message.received_at = intake.raw_sha256, intake.received_at
    message.taken_in_at, message.is_archived = intake.work.now, intake.is_archived
    message.is_late = not intake.is_archived and intake.received_at < intake.work.now - LATE


def _recognise(intake: Intake) -> None:
    """Find the letter of ours that it answers."""
    intake.message.answers_letter_id = find_answered_letter(
        intake.work, intake.incoming, intake.batch.rewritten
    )


def _classify(intake: Intake) -> None:
    """See whether it is a letter of ours come back, or noise that a person wants; the rest is described already."""
    work, own_id = intake.work, intake.incoming.message_id
    if own_id and read_message_id(work.key, own_id) and letter_by_message_id(work.session, own_id):
        seen = Seen(intake.incoming, work.settings, True)
        intake.message.kind, intake.message.kind_reason = message_kind(seen)
    said = correction_of(intake.message.sender, intake.batch.filings)
    if said is not None and said.is_wanted and intake.message.kind in NOISE:
        call_a_customers(intake.message, f"{said.made_by} released mail of {said.sender}")


def _compare(intake: Intake) -> None:
    """See whether a mail under a Message-ID that is known is a copy (I10), or another mail (I9)."""
    message = intake.message
    if message.kind not in KINDS or message.is_archived or not message.message_id:
        return
    threads = intake.batch.keys.rows.get(intake.described.keys[0])
    if not threads:
        return  # nobody has named that id yet: nearly every mail
    known = messages_with_id(intake.work.session, message.message_id, threads)
    first = next((one for one in known if is_copy(one, message)), None)
    if first is not None:
        message.kind = COPY
        message.kind_reason = f"a copy of message {first.id}, altered on its way: its id, sender, Date, words"
        intake.brings_proof = proves_more(message, known)
    else:
        others = (one.id for one in known if not is_same_mail(one, message))
        intake.id_of_other = next(others, None)


def _thread(intake: Intake) -> None:
    keys = intake.batch.keys
    intake.has_unfiled = find_thread(intake.work, intake.message, intake.described.keys, keys)


def _match(intake: Intake) -> None:
    batch = intake.batch
    match_box(intake.work, intake.message, batch.contacts, batch.filings, batch.dormant)


def _file(intake: Intake) -> None:
    """Add the message, and its keys where later mails find them; it is written when somebody asks the database."""
    intake.message.id = draw_id(intake.work.session, Message.__table__)
    intake.message.thread_id = intake.message.thread.id
    intake.work.session.add(intake.message)
    note_keys(intake.work, intake.message, intake.described.keys, intake.batch.keys)


def _tell(intake: Intake) -> None:
    """Tell of a Message-ID that another mail has, and of the proof that a copy brings."""
    work, message = intake.work, intake.message
    about, box_id = ("message", message.id), message.box_id
    if intake.id_of_other:
        work.emit(events.MESSAGE_ID_REUSED, about, box_id=box_id, other=intake.id_of_other)
    if intake.brings_proof:
        work.emit(events.MAIL_PROVEN, about, box_id=box_id)


STEPS: tuple[Callable[[Intake], None], ...] = (
    _describe,
    _recognise,
    _classify,
    _compare,
    _thread,
    _match,
    _file,
    _tell,
)
