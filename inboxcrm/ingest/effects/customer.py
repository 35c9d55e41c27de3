"""A person outside wrote: a lead if he is a stranger, a touch of his box, and the fact for rules (IN-2, IN-3)."""

from __future__ import annotations

from inboxcrm.base.work import Work
from inboxcrm.crm.box import touch_box
from inboxcrm.crm.lead import make_lead
from inboxcrm.crm.people import find_or_make_contact
from inboxcrm.crm.store import box_by_id, contact_by_address, has_had_box
from inboxcrm.crm.task import add_task
from inboxcrm.ingest import events
from inboxcrm.ingest.records import Message
from inboxcrm.ingest.store import all_accounts
from inboxcrm.mail.incoming import Incoming
from inboxcrm.outbox.letter import note_sent
from inboxcrm.outbox.store import lock_letter


def act_on_customer(work: Work, message: Message, incoming: Incoming) -> None:
    """Make the contact and, for a stranger, the lead; touch the box; tell the workers."""
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
