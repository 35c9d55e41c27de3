"""Mail of a Recycled lead's contact finds the lead's closed box again, and brings it back to work (LD-2).

An open box of his comes first (IN-3). Mere thanks lie on the box and bring nothing back (IN-13).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.work import Work
from inboxcrm.crm.lead import revive_lead
from inboxcrm.crm.qualifying.store import recycled_boxes_of
from inboxcrm.ingest.intents.courtesy import is_courtesy

if TYPE_CHECKING:
    from inboxcrm.crm.records import Box, Contact
    from inboxcrm.ingest.records import Message


def match_resting(work: Work, message: Message, contact: Contact) -> None:
    """Set the box of a mail on none to that of the contact's Recycled lead, of several the most active one."""
    if message.box_id is not None or message.match_confidence == "unsure":
        return
    boxes = recycled_boxes_of(work.session, contact)
    if boxes:
        message.box_id = boxes[0].id
        message.match_how, message.match_confidence = "this contact's lead was to come back later", "likely"
        message.match_others = [
            {"box": box.id, "name": box.name, "why": "it was to come back later, too"} for box in boxes[1:]
        ]


def revive_by_mail(work: Work, box: Box, message: Message) -> None:
    """Bring the Recycled lead of a box back because of a mail of its people."""
    if not is_courtesy(message.intents):
        revive_lead(work, box, message.received_at, message.id)
