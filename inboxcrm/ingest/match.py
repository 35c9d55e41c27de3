"""Finds the box of a message, and writes down how, how sure, and what else it could have been (V4).

Our token, then the thread, then what a person has said of this sender, then the number of a document of his, then
the contact's one open box (IN-3). Several open boxes: the one with his mail of the same subject, else a person's
choice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from inboxcrm.base.work import Work
from inboxcrm.crm.importing.waking import wake_deals_of
from inboxcrm.crm.store import box_by_id, contact_by_address, contacts_of_box, is_won, waking_boxes_of_contact
from inboxcrm.ingest.candidates import numbers_in, ranked
from inboxcrm.ingest.records import Filing, Message
from inboxcrm.outbox.store import letter_by_id
from inboxcrm.sales.store import documents_by_number

if TYPE_CHECKING:
    from inboxcrm.base.settings import Settings
    from inboxcrm.crm.records import Box, Contact

IGNORED = "ignored"
NEW_BUSINESS = frozenset(("information request", "quote request", "upgrade"))
FILED_BY_CONTACT = ("customer", "outbound", "auto-reply", "calendar")


def match_box(
    work: Work,
    message: Message,
    known: Collection[str],
    filings: Mapping[str, Filing] | None = None,
    dormant: Collection[int] = (),
) -> None:
    """Set a message's contact and box, or leave the box open; a thread without a box gets this one.

    Only `known` addresses are looked up: those that were a contact's when its batch began, and what came since.
    `filings` are the corrections that persons have made, by sender and by @domain; `dormant` the contacts whose
    mail wakes deals of an old CRM (IN-15).
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
        _by_people(work, message, contacts.values(), filings or {}, dormant)
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


def match_newcomer(work: Work, message: Message, contact: Contact) -> None:
    """Set the box of a mail whose sender has only now become a contact: he may have been written to on one."""
    if message.box_id is None and message.match_confidence != "unsure":
        _by_people(work, message, [contact], {})


def _by_people(
    work: Work,
    message: Message,
    contacts: Iterable[Contact],
    filings: Mapping[str, Filing],
    dormant: Collection[int] = (),
) -> None:
    if message.kind not in FILED_BY_CONTACT or _by_correction(work, message, filings):
        return
    people = list(contacts)
    if people and _by_number(work, message, people):
        return
    if message.contact_id in dormant:
        _wake_deals(work, message, people)
    boxes = _open_boxes(work, message, people)
    if len(boxes) == 1 and asks_for_new(message) and all(_is_won(work, box) for box in boxes.values()):
        message.match_how = "it asks for something new, and the one open deal of this contact is won"
    elif len(boxes) == 1:
        [message.box_id] = boxes
        message.match_how, message.match_confidence = "it is the one open box of this contact", "likely"
    elif boxes:
        _by_rank(work, message, list(boxes.values()))


def _wake_deals(work: Work, message: Message, people: Iterable[Contact]) -> None:
    """Wake what sleeps of whoever writes; old mail wakes nothing, nor what only his server sends."""
    if message.kind == "customer" and not message.is_archived:
        for contact in people:
            if contact.id == message.contact_id:
                wake_deals_of(work, contact, f"{message.sender} wrote: {message.subject[:100]}")


def _is_won(work: Work, box: Box) -> bool:
    return box.kind == "opportunity" and is_won(work.session, box.id)


def _open_boxes(work: Work, message: Message, people: list[Contact]) -> dict[int, Box]:
    """Give the open boxes of a mail's people; those of an outsider who writes come before those of whom he names."""
    own = [contact for contact in people if contact.id == message.contact_id]
    is_from_outside = message.sender in message.outside
    boxes: dict[int, Box] = {}
    for group in (own, people) if is_from_outside else (people,):
        for contact in group:
            boxes |= {box.id: box for box in waking_boxes_of_contact(work.session, contact)}
        if boxes:
            break
    return boxes


def asks_for_new(message: Message) -> bool:
    """Tell whether a mail's words ask for something to sell."""
    return any(intent["name"] in NEW_BUSINESS for intent in message.intents)


def asks_for_ticket(settings: Settings, message: Message) -> bool:
    """Tell whether a mail surely asks for what one of the tickets is called by; it is no new deal then (RN-1)."""
    sure = {str(one["name"]) for one in message.intents if one["is_sure"]}
    return any(kind.name in sure and kind.name in kind.intents for kind in settings.ticket)


def correction_of(sender: str, filings: Mapping[str, Filing]) -> Filing | None:
    """Give what a person has said of a sender, or of his domain."""
    return filings.get(sender) or filings.get("@" + sender.rpartition("@")[2])


def _by_correction(work: Work, message: Message, filings: Mapping[str, Filing]) -> bool:
    """See whether a person has said where mail of this sender belongs; only while that box is open."""
    said = correction_of(message.sender, filings)
    if said is None or said.is_wanted or message.kind != "customer":
        return False
    if said.box_id is None:
        message.match_how = f"{said.made_by} said to ignore mail of {said.sender}"
        message.kind, message.kind_reason = IGNORED, message.match_how
        return True
    box = box_by_id(work.session, said.box_id)
    if not box.is_open or box.is_asleep:
        return False
    message.box_id = box.id
    message.match_how = f"{said.made_by} said that mail of {said.sender} belongs there"
    return True


def _by_number(work: Work, message: Message, contacts: Iterable[Contact]) -> bool:
    """See whether it names a document of ours that concerns one of its people or their company."""
    theirs = papers_named(work, f"{message.subject}\n{message.new_words}", contacts)
    if len(theirs) != 1:
        return False
    [(message.box_id, number)] = theirs.items()
    message.match_how, message.match_confidence = f"it names {number}, a paper of this customer", "likely"
    return True


def papers_named(work: Work, text: str, contacts: Iterable[Contact]) -> dict[int, str]:
    """Give the boxes and numbers of the documents of ours that a text names and that concern these people."""
    numbers = numbers_in(text)
    found = documents_by_number(work.session, numbers) if numbers else []
    theirs: dict[int, str] = {}
    for document in found:
        box = box_by_id(work.session, document.box_id)
        taking_part = contacts_of_box(work.session, box.id)
        if any(
            contact.id in taking_part
            or (box.organization_id is not None and box.organization_id == contact.organization_id)
            for contact in contacts
        ):
            theirs[box.id] = document.number or ""
    return theirs


def _by_rank(work: Work, message: Message, boxes: list[Box]) -> None:
    """Several open boxes: the only one with this person's mail of the same subject, else a person's choice."""
    candidates = ranked(work.session, message, boxes)
    message.match_others = [{"box": c.box_id, "name": c.name, "why": c.why} for c in candidates]
    with_subject = [c for c in candidates if c.has_same_subject]
    if len(with_subject) == 1 and message.reference_ids == []:
        message.box_id = with_subject[0].box_id
        message.match_how, message.match_confidence = "it is shaped like an answer to a mail there", "low"
        message.match_others = message.match_others[1:]
    else:
        message.match_how, message.match_confidence = "this contact has several open boxes", "unsure"
