"""Finds the box of a message, and writes down how, how sure, and what else it could have been (V4).

Our token, then the thread, then the contact's one open box (IN-3). Several open boxes: a person files it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from inboxcrm.base.work import Work
from inboxcrm.crm.store import box_by_id, contact_by_address, waking_boxes_of_contact
from inboxcrm.ingest.records import Message
from inboxcrm.outbox.store import letter_by_id

if TYPE_CHECKING:
    from inboxcrm.crm.records import Contact


def match_box(work: Work, message: Message, known: Collection[str]) -> None:
    """Set a message's contact and box, or leave the box open; a thread without a box gets this one.

    Only `known` addresses are looked up: those that were a contact's when its batch began, and what came since.
    """
    message.match_how, message.match_confidence, message.match_others = "on no box", "sure", []
    contacts = {
        address: contact
        for address in message.outside
        if address in known and (contact := contact_by_address(work.session, address))
    }
    message.contact_id = _contact_id(message, contacts)
    thread = message.thread
    # A command in answer to a letter about no box (a digest) names its line; no thread says which box it means.
    is_of_many = message.kind == "command" and message.answers_letter_id is not None
    if not _by_token(work, message) and (is_of_many or not _by_thread(work, message, thread.box_id)):
        _by_contact(work, message, contacts.values())
    if message.box_id and thread.box_id is None:
        thread.box_id = message.box_id


def _contact_id(message: Message, contacts: Mapping[str, Contact]) -> int | None:
    """Give the sender's contact if an outsider wrote, else that of the first known outsider on the mail."""
    is_from_outside = message.sender in message.outside
    found = contacts.get(message.sender) if is_from_outside else next(iter(contacts.values()), None)
    return found.id if found else None


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
    message.match_how = f"its references put it into thread {message.thread.id} of that box"
    return True


def _by_contact(work: Work, message: Message, contacts: Iterable[Contact]) -> None:
    if message.kind not in ("customer", "outbound", "auto-reply", "calendar"):
        return
    boxes: dict[int, str] = {}
    for contact in contacts:
        boxes |= {box.id: box.name for box in waking_boxes_of_contact(work.session, contact)}
    if len(boxes) == 1:
        [message.box_id] = boxes
        message.match_how, message.match_confidence = "it is the one open box of this contact", "likely"
    elif boxes:
        message.match_how, message.match_confidence = "this contact has several open boxes", "unsure"
        message.match_others = [{"box": box_id, "name": name} for box_id, name in boxes.items()]
