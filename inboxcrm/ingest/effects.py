"""What a filed mail does at once, in its own transaction: a lead, a touch of its box, facts for the workers.

Each effect happens once per message (`acted_at`). What speaks in a user's name waits for proof that it is his.
"""

from __future__ import annotations

from collections.abc import Callable

from inboxcrm.base.work import Work
from inboxcrm.crm.box import touch_box
from inboxcrm.crm.lead import answer_lead, make_lead
from inboxcrm.crm.people import find_or_make_contact
from inboxcrm.crm.store import box_by_id, contact_by_address, has_had_box
from inboxcrm.crm.task import add_task
from inboxcrm.ingest import events
from inboxcrm.ingest.records import Message
from inboxcrm.ingest.store import all_accounts, thread_by_id, unfiled_of_thread
from inboxcrm.mail.incoming import Incoming
from inboxcrm.outbox.letter import note_draft_sent, note_sent
from inboxcrm.outbox.store import draft_of_document, letter_by_message_id, lock_letter
from inboxcrm.sales.kinds.quote import note_quote_sent
from inboxcrm.sales.store import document_by_pdf, lock_document


def act_on(work: Work, message: Message, incoming: Incoming) -> None:
    """Do what a new message of its kind does."""
    if message.is_archived:
        _act_on_archived(work, message)
        return
    EFFECTS[message.kind](work, message, incoming)
    if message.box_id:
        _adopt_thread(work, message.thread_id, message.box_id)


def learn_proof(
    work: Work, message: Message, *, is_own_sent: bool, is_aligned: bool, incoming: Incoming
) -> None:
    """Keep the proof that another copy of a message brings; what waited for it may happen now."""
    was_proven = is_proven(message)
    message.is_own_sent = message.is_own_sent or is_own_sent
    message.is_aligned = message.is_aligned or is_aligned
    if is_proven(message) and not was_proven and not message.is_archived:
        if message.kind == "outbound":
            _act_on_outbound(work, message, incoming)
        work.emit(events.MAIL_PROVEN, ("message", message.id), box_id=message.box_id)


def is_proven(message: Message) -> bool:
    """Tell whether a mail is its author's own: evidence own or aligned (docs/architecture.md, who may act)."""
    return message.is_own_sent or message.is_aligned


def _act_on_archived(work: Work, message: Message) -> None:
    """Old mail makes contacts and history, and nothing else (IN-16)."""
    if message.kind == "customer":
        contact = find_or_make_contact(work, message.sender, message.sender_name)
        message.contact_id = contact.id


def _act_on_customer(work: Work, message: Message, incoming: Incoming) -> None:
    is_new = contact_by_address(work.session, message.sender) is None
    contact = find_or_make_contact(work, message.sender, message.sender_name)
    message.contact_id = contact.id
    if is_new:
        _look_again(work, message)
    if (
        message.box_id is None
        and message.match_confidence != "unsure"
        and not has_had_box(work.session, contact)
    ):
        lead = make_lead(
            work,
            contact,
            name=message.subject or contact.name,
            need=message.new_words,
            source="Email",
        )
        message.box_id = lead.box_id
        message.match_how = "the first mail of a stranger: a new lead"
    if message.box_id:
        touch_box(box_by_id(work.session, message.box_id), message.received_at, "inbound")
    _settle_uncertain(work, message)
    _ask_where(work, message)
    message.acted_at = work.now
    work.emit(
        events.MESSAGE_RECEIVED,
        ("message", message.id),
        box_id=message.box_id,
        sender=message.sender,
        subject=message.subject[:300],
        intents=[intent["name"] for intent in message.intents],
    )


def _adopt_thread(work: Work, thread_id: int, box_id: int) -> None:
    """File what came before its thread had a box; an answer that was read before its question counts now (V3)."""
    thread = thread_by_id(work.session, thread_id)
    thread.box_id = thread.box_id or box_id
    for message in unfiled_of_thread(work.session, thread_id):
        if not message.outside:
            continue  # among ourselves, such as a digest's answers: a stranger's reply to it does not get them
        message.box_id = box_id
        message.match_how = f"the box of its thread {thread_id}, which got it later"
        if message.kind == "outbound" and message.acted_at is not None and not message.is_archived:
            _note_answer(work, message, box_id)


def _look_again(work: Work, message: Message) -> None:
    """Let personal mailboxes judge again what came after the mail that made this address known."""
    for account in all_accounts(work.session):
        account.relook_from = min(account.relook_from or message.received_at, message.received_at)


def _settle_uncertain(work: Work, message: Message) -> None:
    """An answer to a letter proves that the letter left."""
    if message.answers_letter_id:
        letter = lock_letter(work.session, message.answers_letter_id)
        if letter.state == "uncertain":
            note_sent(work, letter)


def _ask_where(work: Work, message: Message) -> None:
    """Several open boxes of one contact: their owner says on which the mail belongs (IN-3)."""
    if message.match_confidence != "unsure" or not message.match_others:
        return
    box = box_by_id(work.session, int(message.match_others[0]["box"]))
    names = "; ".join(str(other["name"]) for other in message.match_others)
    add_task(
        work,
        box,
        "filing",
        f"Where does {message.subject!r} from {message.sender} belong? {names}",
        owner=box.owner or work.settings.manager_key,
        due_at=work.now,
        occasion=f"filing:{message.id}",
    )


def _act_on_outbound(work: Work, message: Message, incoming: Incoming) -> None:
    if message.acted_at is not None or not is_proven(message):
        return
    message.acted_at = work.now
    _recognise_draft(work, message)
    if message.box_id is None:
        return
    _note_answer(work, message, message.box_id)


def _note_answer(work: Work, message: Message, box_id: int) -> None:
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


def _act_on_command(work: Work, message: Message, incoming: Incoming) -> None:
    message.acted_at = work.now
    work.emit(events.COMMAND_RECEIVED, ("message", message.id), box_id=message.box_id, sender=message.sender)


def _act_on_own(work: Work, message: Message, incoming: Incoming) -> None:
    """A letter of ours that came back to a mailbox of ours has surely left."""
    letter = letter_by_message_id(work.session, message.message_id or "")
    if letter and lock_letter(work.session, letter.id).state == "uncertain":
        note_sent(work, letter)
    message.box_id = message.box_id or (letter.box_id if letter else None)
    message.acted_at = work.now


def _act_on_noise(work: Work, message: Message, incoming: Incoming) -> None:
    """Automatic mail does nothing but be there, with its reason (IN-10)."""
    message.acted_at = work.now
    work.emit(
        events.MESSAGE_NOISE,
        ("message", message.id),
        box_id=message.box_id,
        is_quiet=True,
        noise=message.kind,
        reason=message.kind_reason,
        sender=message.sender,
    )


EFFECTS: dict[str, Callable[[Work, Message, Incoming], None]] = {
    "own": _act_on_own,
    "bounce": _act_on_noise,
    "auto-reply": _act_on_noise,
    "calendar": _act_on_noise,
    "command": _act_on_command,
    "outbound": _act_on_outbound,
    "internal": _act_on_noise,
    "bulk": _act_on_noise,
    "customer": _act_on_customer,
}
