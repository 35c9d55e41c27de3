"""A telephone system tells of a call: it stands on the box of who called; an unknown caller is a lead (IN-14, IN-8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.settings_form import Form
from inboxcrm.base.work import Work
from inboxcrm.crm.call import Call, log_call
from inboxcrm.crm.lead import make_lead
from inboxcrm.crm.people import find_or_make_contact, make_caller
from inboxcrm.crm.store import (
    box_by_id,
    contact_by_address,
    contacts_by_phone,
    has_had_box,
    waking_boxes_of_contact,
)
from inboxcrm.ingest.effects.ask import ask_where
from inboxcrm.ingest.effects.filed import note_filed
from inboxcrm.ingest.effects.form_person import name_in, read_mail_address
from inboxcrm.ingest.records import Message
from inboxcrm.mail.call_list import read_direction, read_seconds
from inboxcrm.mail.contact_numbers import read_phone

if TYPE_CHECKING:
    from inboxcrm.crm.records import Contact


def take_call(work: Work, message: Message, form: Form, values: dict[str, str]) -> str:
    """Log a call on the caller's one open box; give why not, if not."""
    phone = read_phone(values.get("phone", ""), work.settings.company.country)
    address = read_mail_address(values.get("email", ""))
    contact = _caller(work, phone, address, values)
    if isinstance(contact, str):
        return contact
    message.contact_id = contact.id
    boxes = waking_boxes_of_contact(work.session, contact)
    if not boxes and not has_had_box(work.session, contact):
        name = f"Call of {contact.name}"
        need, source = values.get("need", ""), form.source or "Call"
        boxes = [make_lead(work, contact, name=name, need=need, source=source, lead_type=form.type).box]
    if len(boxes) == 1:
        message.box_id = boxes[0].id
        note_filed(message, f"a call of {contact.name}")
        box = box_by_id(work.session, message.box_id)
        told = _told(message, phone, values)
        log_call(
            work, told, occasion=f"message:{message.id}", box=box, contact=contact, message_id=message.id
        )
    elif boxes:
        note_filed(message, f"{contact.name} called and has several open boxes", "unsure")
        message.match_others = [{"box": box.id, "name": box.name} for box in boxes]
        ask_where(work, message)
    else:
        note_filed(message, f"a call of {contact.name}, who has nothing open")
    return ""


def _told(message: Message, phone: str, values: dict[str, str]) -> Call:
    """Give the call of a notification: it came in when the mail did, unless that says otherwise."""
    seconds = read_seconds(values.get("duration", ""))
    return Call(
        read_direction(values.get("direction", "")) or "in",
        message.received_at,
        phone=phone,
        seconds=seconds,
        text=values.get("need", ""),
        has_talked=None if seconds is None else seconds > 0,
    )


def _caller(work: Work, phone: str, address: str, values: dict[str, str]) -> Contact | str:
    if address and (known := contact_by_address(work.session, address)):
        return known
    with_phone = contacts_by_phone(work.session, phone) if phone else []
    if len(with_phone) == 1:
        return with_phone[0]
    if len(with_phone) > 1:
        return f"several people have the number {phone}"
    if address and not work.settings.is_inside(address):
        contact = find_or_make_contact(work, address, name_in(values))
        contact.phone = contact.phone or phone or None
        return contact
    return make_caller(work, phone, name_in(values)) if phone else "no telephone number can be read in it"
