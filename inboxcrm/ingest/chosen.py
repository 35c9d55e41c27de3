"""A box because a person says so: a lead of any mail on no box (IN-16), a deal of a mail on the wrong one (IN-3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.crm.box import note_contact, start_box, touch_box
from inboxcrm.crm.deal_name import name_deal
from inboxcrm.crm.first_contact import first_contact_due
from inboxcrm.crm.lead import OWNING_ROLES, assign_lead, make_lead
from inboxcrm.crm.opportunity import open_existing, open_opportunity
from inboxcrm.crm.particulars import note_particulars
from inboxcrm.crm.people import find_or_make_contact
from inboxcrm.crm.store import box_by_id, has_had_box
from inboxcrm.crm.task import add_task
from inboxcrm.ingest import events
from inboxcrm.ingest.effects.adopt import adopt_thread
from inboxcrm.ingest.filing import file_message
from inboxcrm.ingest.found import read_particulars
from inboxcrm.ingest.origin import origin_of_mail
from inboxcrm.ingest.release import call_a_customers
from inboxcrm.ingest.store import thread_by_id
from inboxcrm.ingest.writer import contact_of_writer
from inboxcrm.mail.forward import bare_subject
from inboxcrm.mail.incoming import Address

if TYPE_CHECKING:
    from inboxcrm.base.settings import User
    from inboxcrm.crm.records import Box, Contact, Lead
    from inboxcrm.ingest.records import Message

FIRST_STAGE = "Qualification"  # of a pipeline that has it
WHY = "You made a lead of this mail (IN-16)"


def choose_lead(work: Work, message: Message, user: User) -> tuple[Box, bool]:
    """Make a lead of a mail with the history of its thread; give its box, and whether it is new.

    A mail that is on a box, by itself or by its thread, makes no second one. The message must be locked
    (`lock_message`). Raises Refused if nobody outside wrote it.
    """
    thread = thread_by_id(work.session, message.thread_id)
    if box_id := message.box_id or thread.box_id:
        adopt_thread(work, thread.id, box_id)
        return box_by_id(work.session, box_id), False
    if not message.sender or work.settings.is_inside(message.sender):
        raise Refused(f"{message.subject!r} is from nobody outside")
    call_a_customers(message, f"{user.key} made a lead of it")
    lead = _lead_of(work, message)
    adopt_thread(work, thread.id, lead.box_id)
    if user.role in OWNING_ROLES:
        assign_lead(work, lead, user.key)
        text = f"Answer {message.sender_name or message.sender}: {message.subject}"
        add_task(
            work,
            lead.box,
            "first contact",
            text,
            owner=user.key,
            due_at=first_contact_due(work, lead, user),
            why=WHY,
            occasion=f"lead:{message.id}",
        )
    return lead.box, True


def start_matter(work: Work, message: Message, user: User) -> Box:
    """Give a mail a box of its own: of somebody who never had one a lead, else a further deal of the user's (IN-3).

    The message must be locked (`lock_message`).
    """
    contact = contact_of_writer(work, message)
    if message.kind == "customer" and message.box_id is None and not has_had_box(work.session, contact):
        return choose_lead(work, message, user)[0]
    name = bare_subject(message.subject) or contact.name
    box = _open_deal(work, contact, kind_of_deal(message), name, user)
    file_message(work, message, box)
    return box


def _open_deal(work: Work, contact: Contact, kind: str, name: str, user: User) -> Box:
    """Make a further deal; one of a kind of its own is called by the template of that kind."""
    if not kind:
        return open_existing(work, contact, name=name, owner=user.key).box
    box = start_box(work, kind="opportunity", name=name, contact=contact)
    box.name = name_deal(work, box, kind)
    return open_opportunity(work, box, name=box.name, owner=user.key, stage=FIRST_STAGE, kind=kind).box


def kind_of_deal(message: Message) -> str:
    """Give what kind of deal a known customer surely asks for in a mail; "" if it is simply a new one (OP-3)."""
    asked = {one["name"] for one in message.intents if one["is_sure"]}
    return next((kind for kind in ("renegotiation", "upgrade") if kind in asked), "")


def _lead_of(work: Work, message: Message) -> Lead:
    person = Address(message.sender_name, message.sender)
    contact = find_or_make_contact(work, message.sender, message.sender_name)
    need = message.new_words or message.text
    origin = origin_of_mail(work.settings, message.recipients, message.subject)
    lead = make_lead(
        work,
        contact,
        name=message.subject or contact.name,
        need=need,
        source=origin.source,
        lead_type=origin.lead_type,
        campaign=origin.campaign,
        is_by_mail=True,
    )
    message.contact_id, message.box_id, message.made_lead = contact.id, lead.box_id, True
    message.match_how, message.match_confidence = f"{work.actor} made a lead of it"[:200], "sure"
    message.match_others, message.acted_at = [], message.acted_at or work.now
    touch_box(lead.box, message.received_at, "inbound")
    note_contact(work, lead.box, contact)
    found = read_particulars(work.settings, message.id, message.text, person, message.segments)
    note_particulars(work, contact, found, lead.box_id)
    work.emit(events.MESSAGE_FILED, ("message", message.id), box_id=lead.box_id, old=None, new=lead.box_id)
    return lead
