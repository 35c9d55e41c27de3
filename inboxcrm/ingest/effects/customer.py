"""A person outside wrote: a lead if he is a stranger, a touch of his box, and the fact for rules (IN-2, IN-3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.work import Work
from inboxcrm.crm.box import touch_box
from inboxcrm.crm.lead import make_lead
from inboxcrm.crm.particulars import note_particulars
from inboxcrm.crm.people import find_or_make_contact
from inboxcrm.crm.store import (
    box_by_id,
    contact_by_address,
    contact_by_id,
    has_had_box,
    waking_boxes_of_contact,
)
from inboxcrm.ingest import events
from inboxcrm.ingest.effects.ask import ask_where, ask_who, propose_deal
from inboxcrm.ingest.effects.people import join, take_part, welcome
from inboxcrm.ingest.found import read_particulars
from inboxcrm.ingest.intents.courtesy import is_courtesy
from inboxcrm.ingest.match import match_newcomer
from inboxcrm.ingest.offers.store import has_become_earlier, note_known, relook_accounts
from inboxcrm.ingest.origin import origin_of_mail
from inboxcrm.ingest.records import Message
from inboxcrm.ingest.resting import match_resting, revive_by_mail
from inboxcrm.ingest.vague import is_vague
from inboxcrm.mail.envelope import delivered_to
from inboxcrm.mail.incoming import Address, Incoming
from inboxcrm.outbox.letter import note_sent
from inboxcrm.outbox.store import lock_letter

if TYPE_CHECKING:
    from inboxcrm.crm.records import Contact


def act_on_customer(work: Work, message: Message, incoming: Incoming) -> None:
    """Make the contact and, for a stranger, the lead; touch the box; tell the workers."""
    is_new = contact_by_address(work.session, message.sender) is None
    contact = find_or_make_contact(work, message.sender, message.sender_name)
    message.contact_id = contact.id
    if is_new or has_become_earlier(work.session, message.sender, message.received_at):
        look_again(work, message)
    is_stranger = is_new and not welcome(work, contact, message.sender)
    if is_new:
        match_newcomer(work, message, contact)
    _join_candidates(work, message, contact)
    if not is_stranger:
        match_resting(work, message, contact)
    if (
        message.box_id is None
        and message.match_confidence != "unsure"
        and (is_stranger or not has_had_box(work.session, contact))
    ):
        _make_lead(work, message, contact, incoming)
    if message.box_id:
        _take_part(work, message)
    _settle_uncertain(work, message)
    if is_new:
        ask_who(work, message, contact)
    ask_where(work, message)
    propose_deal(work, message)
    message.acted_at = work.now
    work.emit(
        events.MESSAGE_RECEIVED,
        ("message", message.id),
        box_id=message.box_id,
        sender=message.sender,
        subject=message.subject[:300],
        intents=[intent["name"] for intent in message.intents],
    )


def _make_lead(work: Work, message: Message, contact: Contact, incoming: Incoming) -> None:
    name = message.subject or contact.name
    addresses = [*message.recipients, *delivered_to(incoming)] if work.settings.campaign else []
    origin = origin_of_mail(work.settings, addresses, message.subject)
    lead = make_lead(
        work,
        contact,
        name=name,
        need=message.new_words,
        source=origin.source,
        lead_type=origin.lead_type,
        campaign=origin.campaign,
        is_by_mail=True,
    )
    message.box_id, message.made_lead = lead.box_id, True
    message.match_how = "the first mail of a stranger: a new lead"
    person = Address(message.sender_name, message.sender)
    found = read_particulars(work.settings, message.id, message.text, person, message.segments)
    note_particulars(work, contact, found, lead.box_id)
    lead.is_vague = is_vague(work.settings, contact, f"{message.subject}\n{message.new_words}")


def _take_part(work: Work, message: Message) -> None:
    box = box_by_id(work.session, message.box_id or 0)
    if not is_courtesy(message.intents):  # thanks put nothing off, and wait for nobody (IN-13)
        touch_box(box, message.received_at, "inbound")
    revive_by_mail(work, box, message)
    message.box_id = take_part(work, box, message, joins=True).id


def _join_candidates(work: Work, message: Message, contact: Contact) -> None:
    """A newcomer names people with several boxes: bare leads among them are one matter, or a person is asked (V3)."""
    if message.match_confidence != "unsure" or waking_boxes_of_contact(work.session, contact):
        return
    boxes = [box_by_id(work.session, int(other["box"])) for other in message.match_others]
    one = boxes[0]
    for other in boxes[1:]:
        one = join(work, one, [other], is_shown=False)
    if all(box_by_id(work.session, box.id).id == one.id for box in boxes):
        message.box_id, message.match_others = one.id, []
        message.match_how, message.match_confidence = "its people's open leads are one matter", "likely"


def look_again(work: Work, message: Message) -> None:
    """Let personal mailboxes judge again what came after the mail that made its contact known.

    What came before is offered to their owners (V11).
    """
    if not any(one.kind == "personal" for one in work.settings.account):
        return
    relook_accounts(work, message.received_at)
    if message.contact_id:
        contact = contact_by_id(work.session, message.contact_id)
        note_known(work, [one.address for one in contact.addresses], message.received_at)


def _settle_uncertain(work: Work, message: Message) -> None:
    """An answer to a letter proves that the letter left."""
    if message.answers_letter_id:
        letter = lock_letter(work.session, message.answers_letter_id)
        if letter.state == "uncertain":
            note_sent(work, letter)
