"""One of us wrote to an outsider: the answer on its box, or a prepared draft that its rep has sent (EM-3)."""

from __future__ import annotations

from inboxcrm.base.work import Work
from inboxcrm.crm.box import touch_box
from inboxcrm.crm.lead import answer_lead
from inboxcrm.crm.store import box_by_id
from inboxcrm.ingest import events
from inboxcrm.ingest.effects.proof import is_proven
from inboxcrm.ingest.records import Message
from inboxcrm.mail.incoming import Incoming
from inboxcrm.outbox.letter import note_draft_sent
from inboxcrm.outbox.store import draft_of_document, letter_by_message_id, lock_letter
from inboxcrm.sales.kinds.quote import note_quote_sent
from inboxcrm.sales.store import document_by_pdf, lock_document


def act_on_outbound(work: Work, message: Message, incoming: Incoming) -> None:
    """Note the answer on its box, once it is proven to be its author's own."""
    if message.acted_at is not None or not is_proven(message):
        return
    message.acted_at = work.now
    _recognise_draft(work, message)
    if message.box_id is None:
        return
    note_answer(work, message, message.box_id)


def note_answer(work: Work, message: Message, box_id: int) -> None:
    """Note on a box that one of us has written: the first answer to a lead makes it its owner's."""
    box = box_by_id(work.session, box_id)
    touch_box(box, message.received_at, "outbound")
    user = work.settings.user_by_address(message.sender)
    if user:
        answer_lead(work, box, user.key)
    work.emit(
        events.MESSAGE_SENT,
        ("message", message.id),
        box_id=box.id,
        sender=message.sender,
        to=message.outside,
        subject=message.subject[:300],
    )


def _recognise_draft(work: Work, message: Message) -> None:
    """See whether a rep has sent a prepared answer: by its Message-ID, or by the frozen PDF in it (EM-3)."""
    letter = letter_by_message_id(work.session, message.message_id) if message.message_id else None
    shas = [str(attachment["sha256"]) for attachment in message.attachments]
    document = next((d for sha in shas if (d := document_by_pdf(work.session, sha))), None)
    if letter is None and document is not None:
        letter = draft_of_document(work.session, document.id)
    if letter is None or letter.form != "draft":
        return
    note_draft_sent(work, lock_letter(work.session, letter.id), message_id=message.message_id)
    if message.box_id is None and letter.box_id:
        message.box_id = box_by_id(work.session, letter.box_id).id
        message.match_how = f"it is our draft {letter.id}, sent by its rep"
    # The PDF that left must be the frozen one byte for byte, else the quote is not sent.
    if document is not None and document.kind == "quote":
        note_quote_sent(work, lock_document(work.session, document.id))
