"""Finds the box of a message, and writes down how, how sure, and what else it could have been (V4).

Our token, then the thread, then the contact's one open box (IN-3). Several open boxes: a person files it.
"""

from __future__ import annotations

from inboxcrm.base.work import Work
from inboxcrm.crm.store import box_by_id, contact_by_address, waking_boxes_of_contact
from inboxcrm.ingest.records import Message
from inboxcrm.ingest.store import thread_by_id
from inboxcrm.outbox.store import letter_by_id


def match_box(work: Work, message: Message) -> None:
    """Set a message's contact and box, or leave the box open; a thread without a box gets this one."""
    message.match_how, message.match_confidence, message.match_others = "on no box", "sure", []
    _find_contact(work, message)
    thread = thread_by_id(work.session, message.thread_id)
    if not (_by_token(work, message) or _by_thread(work, message, thread.box_id)):
        _by_contact(work, message)
    if message.box_id and thread.box_id is None:
        thread.box_id = message.box_id


def _find_contact(work: Work, message: Message) -> None:
    people = [message.sender] if message.sender in message.outside else message.outside
    contacts = [contact for address in people if (contact := contact_by_address(work.session, address))]
    message.contact_id = contacts[0].id if contacts else None


def _by_token(work: Work, message: Message) -> bool:
    if message.answers_letter_id is None:
        return False
    letter = letter_by_id(work.session, message.answers_letter_id)
    if letter.box_id is None:
        return False
    message.box_id = box_by_id(work.session, letter.box_id).id
    message.match_how = f"it answers our letter {letter.id} ({letter.kind}), whose token it carries"
    return True


def _by_thread(work: Work, message: Message, box_id: int | None) -> bool:
    if box_id is None:
        return False
    message.box_id = box_by_id(work.session, box_id).id
    message.match_how = f"its references put it into thread {message.thread_id} of that box"
    return True


def _by_contact(work: Work, message: Message) -> None:
    if message.kind not in ("customer", "outbound", "auto-reply", "calendar"):
        return
    boxes: dict[int, str] = {}
    for address in message.outside:
        if contact := contact_by_address(work.session, address):
            boxes |= {box.id: box.name for box in waking_boxes_of_contact(work.session, contact)}
    if len(boxes) == 1:
        [message.box_id] = boxes
        message.match_how, message.match_confidence = "it is the one open box of this contact", "likely"
    elif boxes:
        message.match_how, message.match_confidence = "this contact has several open boxes", "unsure"
        message.match_others = [{"box": box_id, "name": name} for box_id, name in boxes.items()]
