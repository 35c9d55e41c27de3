"""One of us wrote to an outsider: the answer on its box, or a prepared draft that its rep has sent (EM-3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.work import Work
from inboxcrm.crm.box import touch_box
from inboxcrm.crm.lead import answer_lead
from inboxcrm.crm.store import box_by_id
from inboxcrm.ingest import events
from inboxcrm.ingest.effects.acquainted import make_acquaintance
from inboxcrm.ingest.effects.doubled import tell_second
from inboxcrm.ingest.effects.people import take_part
from inboxcrm.ingest.effects.proof import is_proven
from inboxcrm.ingest.records import Message
from inboxcrm.ingest.store import messages_of_thread
from inboxcrm.ingest.support import note_handover
from inboxcrm.mail.incoming import Incoming
from inboxcrm.outbox.letter import note_draft_sent
from inboxcrm.outbox.store import draft_of_document, letter_by_id, letter_by_message_id, lock_letter
from inboxcrm.sales.kinds.quote import note_quote_sent
from inboxcrm.sales.store import document_by_pdf, lock_document

if TYPE_CHECKING:
    from inboxcrm.outbox.records import Letter


def act_on_outbound(work: Work, message: Message, incoming: Incoming) -> None:
    """Note the answer on its box, once it is proven to be its author's own."""
    if message.acted_at is not None or not is_proven(message):
        return
    message.acted_at = work.now
    _recognise_draft(work, message, incoming)
    if message.box_id is None:
        make_acquaintance(work, message, incoming)
        return
    note_answer(work, message, message.box_id)
    note_handover(work, message, incoming)


def note_answer(work: Work, message: Message, box_id: int) -> None:
    """Note on a box that one of us has written: the first answer to a lead makes it its owner's."""
    box = box_by_id(work.session, box_id)
    touch_box(box, message.received_at, "outbound")
    user = work.settings.user_by_address(message.sender)
    if user:
        answer_lead(work, box, user.key, message.received_at)
        tell_second(work, message, box)
    box = take_part(work, box, message, joins=message.match_confidence == "sure")
    work.emit(
        events.MESSAGE_SENT,
        ("message", message.id),
        box_id=box.id,
        sender=message.sender,
        to=message.outside,
        subject=message.subject[:300],
    )


def _recognise_draft(work: Work, message: Message, incoming: Incoming) -> None:
    """See whether a rep has sent a prepared answer: by an id that it has or had, or by the frozen PDF in it (EM-3)."""
    letter = next((x for one in _own_ids(incoming) if (x := letter_by_message_id(work.session, one))), None)
    shas = [str(attachment["sha256"]) for attachment in message.attachments]
    document = next((d for sha in shas if (d := document_by_pdf(work.session, sha))), None)
    if letter is None and document is not None:
        letter = draft_of_document(work.session, document.id)
    letter = letter or _draft_that_it_names(work, message)
    if letter is None or letter.form != "draft":
        return
    note_draft_sent(work, lock_letter(work.session, letter.id), message_id=message.message_id)
    if message.box_id is None and letter.box_id:
        message.box_id = box_by_id(work.session, letter.box_id).id
        message.match_how = f"it is our draft {letter.id}, sent by its rep"
    if message.message_id:
        _recognise_answers(work, message, letter.id)
    # The PDF that left must be the frozen one byte for byte, else the quote is not sent.
    if document is not None and document.kind == "quote":
        note_quote_sent(work, lock_document(work.session, document.id))


def _own_ids(incoming: Incoming) -> list[str]:
    """Give a mail's Message-ID, and the one that it had before a server gave it another."""
    earlier = [value.strip("<> ") for name, value in incoming.headers if name.endswith("original-message-id")]
    return [*([incoming.message_id] if incoming.message_id else []), *earlier[:3]]


def _draft_that_it_names(work: Work, message: Message) -> Letter | None:
    """Give the draft whose token a mail carries; nobody can answer a draft that still lies in its folder."""
    if message.answers_letter_id is None:
        return None
    letter = letter_by_id(work.session, message.answers_letter_id)
    return letter if letter.state == "laid" else None


def _recognise_answers(work: Work, message: Message, letter_id: int) -> None:
    """Let what was read before this copy, and names the id that it left with, count as an answer to it (V3)."""
    for answer in messages_of_thread(work.session, message.thread_id):
        if answer.answers_letter_id is None and message.message_id in answer.reference_ids:
            answer.answers_letter_id = letter_id
            work.emit(events.MAIL_PROVEN, ("message", answer.id), box_id=answer.box_id)
