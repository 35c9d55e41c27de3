"""`call:` notes that one of us has spoken with a customer, or tried to (IN-14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.base.spelled import spell_moment
from inboxcrm.base.work import Work
from inboxcrm.commands.call_note import CallNote, read_call_note
from inboxcrm.commands.scene import Scene, box_of
from inboxcrm.crm.box import note_contact
from inboxcrm.crm.call import Call, log_call
from inboxcrm.crm.lead import make_lead, start_lead
from inboxcrm.crm.people import find_or_make_contact, make_caller
from inboxcrm.crm.store import contact_by_address, contacts_by_phone, has_had_box, waking_boxes_of_contact

if TYPE_CHECKING:
    from inboxcrm.crm.records import Box, Contact

SOURCE = "Call"


def note_call(work: Work, scene: Scene) -> str:
    """Log the call on the deal that the mail is about, or on that of whom the line names."""
    zone, country = work.settings.company.zone, work.settings.company.country
    note = read_call_note(scene.line.rest, work.now, zone, country, work.settings.commands.languages)
    contact, box = _with_whom(work, scene, note)
    told = Call(
        note.direction,
        note.started_at,
        phone=note.phone,
        seconds=note.seconds,
        text=note.text,
        user=scene.user.key,
        has_talked=note.has_talked,
    )
    log_call(work, told, occasion=scene.occasion, box=box, contact=contact, message_id=scene.message.id)
    who = contact.name if contact else "the customer"
    way = f"{who} called" if note.direction == "in" else f"you called {who}"
    reached = "" if note.has_talked else ", and nobody was reached"
    where = f"on {box.name} (box {box.id})" if box else f"of {who}, who has nothing open"
    return f"noted {where}: {way}, {spell_moment(note.started_at, zone)}{reached}"


def _with_whom(work: Work, scene: Scene, note: CallNote) -> tuple[Contact | None, Box | None]:
    if not note.phone and not note.address:
        box = box_of(work, scene)
        return box.contact, box
    contact = _contact(work, note)
    boxes = waking_boxes_of_contact(work.session, contact)
    if len(boxes) > 1:
        names = "; ".join(f"#{box.id} {box.name}" for box in boxes[:5])
        raise Refused(
            f"{contact.name} has several open deals: {names}; answer a notice of the one that you mean"
        )
    if boxes or has_had_box(work.session, contact):
        return contact, boxes[0] if boxes else None
    lead = make_lead(work, contact, name=f"Call of {contact.name}", need=note.text, source=SOURCE)
    note_contact(work, lead.box, contact)
    start_lead(work, lead, scene.user.key)
    return contact, lead.box


def _contact(work: Work, note: CallNote) -> Contact:
    """Give who has the address or the number; make him if nobody has."""
    if note.address:
        if work.settings.is_inside(note.address):
            raise Refused(f"{note.address} is one of us: no call with a customer")
        known = contact_by_address(work.session, note.address)
        contact = known or find_or_make_contact(work, note.address, "")
        contact.phone = contact.phone or note.phone or None
        return contact
    with_phone = contacts_by_phone(work.session, note.phone)
    if len(with_phone) > 1:
        raise Refused(
            f"several people have the number {note.phone}; write the address of the one that you mean"
        )
    return with_phone[0] if with_phone else make_caller(work, note.phone, "")
