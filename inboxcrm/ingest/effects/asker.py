"""Somebody asks through another's mail: a colleague has forwarded his words, or a form has sent them.

He is filed as if he had written himself (IN-3): the box that his mail shows, else his one open box, else a lead if he
is a stranger. What may be a new matter beside an open quote is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from inboxcrm.base.work import Work
from inboxcrm.crm.box import note_contact, touch_box
from inboxcrm.crm.importing.waking import wake_deals_of
from inboxcrm.crm.lead import make_lead
from inboxcrm.crm.particulars import Particular, note_particulars
from inboxcrm.crm.people import find_or_make_contact
from inboxcrm.crm.qualifying.store import recycled_boxes_of
from inboxcrm.crm.store import box_by_id, contact_by_address, has_had_box, waking_boxes_of_contact
from inboxcrm.ingest import events
from inboxcrm.ingest.effects.ask import ask_if_deal, ask_where, whom_to_ask
from inboxcrm.ingest.effects.asker_box import asks_anew, is_over, may_be_new, shown_box
from inboxcrm.ingest.effects.customer import look_again
from inboxcrm.ingest.effects.filed import note_filed
from inboxcrm.ingest.records import Message
from inboxcrm.ingest.resting import revive_by_mail

if TYPE_CHECKING:
    from inboxcrm.crm.records import Contact, Lead


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and what; `via` says how it came, such as "forwarded by anna".

    `thread_keys` are those of the mail that he wrote, as far as what carries it tells them.
    """

    address: str
    name: str
    topic: str
    need: str
    source: str
    via: str
    lead_type: str = ""
    campaign: str = ""
    is_by_mail: bool = False
    said_at: datetime | None = None
    thread_keys: tuple[str, ...] = ()
    particulars: Mapping[str, Particular] = field(default_factory=dict)


def file_for_asker(work: Work, message: Message, asker: Asker) -> Lead | None:
    """File a mail for the person who asks in it; give the lead if it made one."""
    is_new = contact_by_address(work.session, asker.address) is None
    contact = find_or_make_contact(work, asker.address, asker.name)
    message.contact_id = contact.id
    if is_new:
        look_again(work, message)
    lead = None if message.box_id else _find_box(work, message, asker, contact)
    if message.box_id:
        box = box_by_id(work.session, message.box_id)
        touch_box(box, min(asker.said_at or message.received_at, message.received_at), "inbound")
        revive_by_mail(work, box, message)
        note_contact(work, box, contact)
    note_particulars(work, contact, asker.particulars, message.box_id)
    if lead and contact.organization and lead.box.organization is None:
        lead.box.organization = contact.organization
    ask_where(work, message)
    if message.box_id is None and asks_anew(asker):
        ask_if_deal(work, message, asker.need)
    work.emit(
        events.MESSAGE_RECEIVED,
        ("message", message.id),
        box_id=message.box_id,
        sender=asker.address,
        subject=asker.topic[:300],
        intents=[],
        via=asker.via,
    )
    return lead


def _find_box(work: Work, message: Message, asker: Asker, contact: Contact) -> Lead | None:
    wake_deals_of(work, contact, f"{asker.via}: {asker.topic[:100]}")
    boxes = waking_boxes_of_contact(work.session, contact)
    if shown := shown_box(work, message, asker, contact, boxes):
        message.box_id = shown.box_id
        note_filed(message, f"{asker.via}: {shown.how}", shown.confidence)
    elif len(boxes) == 1 and (why := may_be_new(work, boxes[0])):
        name, owner = boxes[0].name[:80], whom_to_ask(work, message, boxes[0]).name
        note_filed(message, f"{asker.via}: is it new, or of {name!r}? {owner} is asked, as {why}", "unsure")
        message.match_others = [{"box": boxes[0].id, "name": boxes[0].name}]
    elif len(boxes) == 1 and not is_over(work, boxes[0], asker):
        message.box_id = boxes[0].id
        note_filed(message, f"{asker.via}: the one open box of {asker.address}", "likely")
    elif len(boxes) > 1:
        note_filed(message, f"{asker.via}: {asker.address} has several open boxes", "unsure")
        message.match_others = [{"box": box.id, "name": box.name} for box in boxes]
    elif resting := recycled_boxes_of(work.session, contact):
        message.box_id = resting[0].id
        note_filed(message, f"{asker.via}: the lead of {asker.address} was to come back later", "likely")
    elif has_had_box(work.session, contact):
        note_filed(message, f"{asker.via}: {asker.address} is known and has nothing open")
    else:
        name = asker.topic or contact.name
        lead = make_lead(
            work,
            contact,
            name=name,
            need=asker.need,
            source=asker.source,
            lead_type=asker.lead_type,
            campaign=asker.campaign,
            is_by_mail=asker.is_by_mail,
        )
        message.box_id, message.made_lead = lead.box_id, True
        note_filed(message, f"{asker.via}: a new lead of {asker.address}")
        return lead
    return None
