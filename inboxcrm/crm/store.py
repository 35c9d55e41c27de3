"""Questions to the CRM's tables."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import Session

from inboxcrm.base.among import among
from inboxcrm.base.errors import Refused
from inboxcrm.base.remembered import forget, forget_on_change, remembered
from inboxcrm.base.store import insert_or_ignore
from inboxcrm.crm.records import (
    Box,
    BoxContact,
    BoxGuest,
    Contact,
    ContactAddress,
    Lead,
    Opportunity,
    PhoneCall,
    Task,
)

T = TypeVar("T")
WITH_DEAL = ("opportunity", "ticket")  # the kinds of boxes that may have a deal
_IS_WAKING = (Box.is_open, ~Box.is_asleep, Box.merged_into.is_(None))


forget_on_change("waking boxes", Box.is_open, Box.is_asleep, Box.merged_into, Box.contact_id, Box.contact)


def learn_people(session: Session, addresses: Iterable[str]) -> None:
    """Ask at once what `contact_by_address`, `waking_boxes_of_contact` and `guest_boxes` will be asked of these."""
    wanted, contacts = sorted(addresses), remembered(session, "contact")
    contacts.update(dict.fromkeys(wanted))
    known = select(ContactAddress.address, Contact).join(Contact)
    is_wanted = among(session, ContactAddress.address, wanted)
    contacts.update((address, contact) for address, contact in session.execute(known.where(is_wanted)))
    guests = remembered(session, "guest boxes")
    guests.update((address, []) for address in wanted)
    query = select(BoxGuest.address, BoxGuest.box_id).where(among(session, BoxGuest.address, wanted))
    for address, box_id in session.execute(query.order_by(BoxGuest.box_id)):
        guests[address].append(box_id)
    _learn_boxes(session, {contact.id for address in wanted if (contact := contacts[address])})


def _learn_boxes(session: Session, contacts: Iterable[int]) -> None:
    """Ask at once for the waking boxes of many contacts."""
    wanted = sorted(contacts)
    found: dict[int, dict[int, Box]] = {contact_id: {} for contact_id in wanted}
    own = select(Box.contact_id, Box).where(among(session, Box.contact_id, wanted), *_IS_WAKING)
    taking_part = select(BoxContact.contact_id, Box).join(Box, Box.id == BoxContact.box_id)
    is_wanted = among(session, BoxContact.contact_id, wanted)
    for query in (own, taking_part.where(is_wanted, *_IS_WAKING)):
        for contact_id, box in session.execute(query):
            found[contact_id or 0][box.id] = box
    remembered(session, "waking boxes").update(
        (contact_id, [boxes[n] for n in sorted(boxes)]) for contact_id, boxes in found.items()
    )


def contact_by_address(session: Session, address: str) -> Contact | None:
    """Give the contact that has this address."""
    known = remembered(session, "contact")
    found = known.get(address)
    if found is not None and found not in session:
        del known[address]  # of a part of the transaction that was undone
    if address not in known:
        query = select(Contact).join(ContactAddress).where(ContactAddress.address == address)
        known[address] = session.scalar(query)
    contact: Contact | None = known[address]
    return contact


def note_new_contact(session: Session, address: str, contact: Contact) -> None:
    """Remember a contact that was made: he takes part on nothing yet."""
    remembered(session, "contact")[address] = contact
    remembered(session, "waking boxes")[contact.id] = []


def forget_addresses(session: Session, addresses: Iterable[str]) -> None:
    """Ask anew whose these addresses are."""
    known = remembered(session, "contact")
    for address in addresses:
        known.pop(address, None)


def _found_once(session: Session, key: tuple[str, Any], query: Select[T]) -> T | None:
    """Give what a query for a lasting key finds, once a transaction: a batch of mail asks for the same ones often.

    What is not there yet is asked for again.
    """
    known = remembered(session, "found once")
    found: T | None = known.get(key)
    if found is None or found not in session:
        found = session.scalar(query)
        if found is not None:
            known[key] = found
    return found


def contacts_by_phone(session: Session, phone: str) -> list[Contact]:
    """Give the contacts with this telephone number (E.164), at most two: more than one is no answer."""
    return contacts_by_phones(session, [phone]).get(phone, [])[:2]


def contacts_by_phones(session: Session, phones: Iterable[str]) -> dict[str, list[Contact]]:
    """Give the contacts of each of these telephone numbers (E.164)."""
    found = dict[str, list[Contact]]()
    query = select(Contact).where(among(session, Contact.phone, phones)).order_by(Contact.id)
    for one in session.scalars(query):
        same, contact = found.setdefault(one.phone or "", []), merged_contact(session, one)
        same += [contact] if contact not in same else []
    return found


def merged_contact(session: Session, contact: Contact) -> Contact:
    """Give a contact, or whom he turned out to be (LD-4)."""
    return session.get_one(Contact, contact.merged_into) if contact.merged_into else contact


def known_addresses(session: Session, addresses: Iterable[str]) -> set[str]:
    """Give those of the addresses that belong to a contact."""
    is_asked = among(session, ContactAddress.address, addresses)
    return set(session.scalars(select(ContactAddress.address).where(is_asked)))


def contact_ids(session: Session, addresses: Iterable[str]) -> dict[str, int]:
    """Give the contacts of those of the addresses that belong to one."""
    query = select(ContactAddress.address, ContactAddress.contact_id)
    rows = session.execute(query.where(among(session, ContactAddress.address, addresses)))
    return dict(rows.all())


def contacts_with_waking_box(session: Session, contacts: Iterable[int]) -> set[int]:
    """Give those of the contacts for whom `waking_boxes_of_contact` gives a box."""
    wanted = list(contacts)
    own = select(Box.contact_id).where(among(session, Box.contact_id, wanted), *_IS_WAKING)
    found = {one for one in session.scalars(own) if one is not None}
    taking_part = select(BoxContact.contact_id).join(Box, Box.id == BoxContact.box_id)
    is_wanted = among(session, BoxContact.contact_id, wanted)
    return found.union(session.scalars(taking_part.where(is_wanted, *_IS_WAKING)))


def first_address(contact: Contact) -> str:
    """Give the address at which a contact is written to. Raises Refused of one who has only called."""
    if not contact.addresses:
        raise Refused(f"no mail address of {contact.name} is known yet")
    return contact.addresses[0].address


def box_by_id(session: Session, box_id: int) -> Box:
    """Give a box; a merged one gives the box that it became part of."""
    box: Box = remembered(session, "new boxes").get(box_id) or session.get_one(Box, box_id)
    return box_by_id(session, box.merged_into) if box.merged_into else box


def load_boxes(session: Session, ids: Iterable[int]) -> list[Box]:
    """Give boxes at once; while they are held, `box_by_id` need not ask."""
    return list(session.scalars(select(Box).where(among(session, Box.id, ids))))


def waking_boxes_of_contact(session: Session, contact: Contact) -> list[Box]:
    """Give the open boxes on which a contact takes part, that mail may be filed on (IN-3): not asleep, not merged."""
    waking = remembered(session, "waking boxes")
    if contact.id not in waking:
        taking_part = select(BoxContact.box_id).where(BoxContact.contact_id == contact.id)
        query = select(Box).where(or_(Box.contact_id == contact.id, Box.id.in_(taking_part)), *_IS_WAKING)
        waking[contact.id] = list(session.scalars(query.order_by(Box.id)))
    return list(waking[contact.id])


def add_participant(session: Session, box: Box, contact: Contact) -> None:
    """Let a contact take part on a box, once."""
    if box in session.new or contact in session.new:
        session.flush()
    boxes, noted = waking_boxes_of_contact(session, contact), remembered(session, "participants")
    if (box.id, contact.id) in noted or (box in boxes and box.contact_id != contact.id):
        return
    noted[box.id, contact.id] = True
    insert_or_ignore(session, BoxContact.__table__, [{"box_id": box.id, "contact_id": contact.id}])
    if box not in boxes and box.is_open and not box.is_asleep and box.merged_into is None:
        remembered(session, "waking boxes")[contact.id] = sorted([*boxes, box], key=lambda one: one.id)


def add_guest(session: Session, box: Box, address: str) -> None:
    """Note on a box an address of which nothing else is known, once."""
    boxes = guest_boxes(session, address)
    if box.id not in boxes:
        if box in session.new:
            session.flush()
        row = {"box_id": box.id, "address": address[:320]}
        insert_or_ignore(session, BoxGuest.__table__, [row])
        remembered(session, "guest boxes")[address] = sorted([*boxes, box.id])


def note_box(session: Session, box: Box) -> None:
    """Remember a box that was made, and need not be written before it is asked for."""
    remembered(session, "new boxes")[box.id] = box
    waking = remembered(session, "waking boxes")
    if box.contact_id in waking and not box.is_asleep:
        waking[box.contact_id] = [*waking[box.contact_id], box]


def forget_people(session: Session) -> None:
    """Ask anew who is who and takes part where: somebody has joined contacts or boxes."""
    forget(session, "contact", "waking boxes", "guest boxes", "participants")


def contacts_of_box(session: Session, box_id: int) -> list[int]:
    """Give the people who take part on a box: its own contact first."""
    own = session.scalar(select(Box.contact_id).where(Box.id == box_id))
    query = select(BoxContact.contact_id).where(BoxContact.box_id == box_id).order_by(BoxContact.contact_id)
    return list(dict.fromkeys([*([own] if own else []), *session.scalars(query)]))


def guest_boxes(session: Session, address: str) -> list[int]:
    """Give the boxes on which one of us wrote to an address while it was unknown."""
    known = remembered(session, "guest boxes")
    if address not in known:
        query = select(BoxGuest.box_id).where(BoxGuest.address == address)
        known[address] = list(session.scalars(query.order_by(BoxGuest.box_id)))
    boxes: list[int] = known[address]
    return boxes


def has_had_box(session: Session, contact: Contact) -> bool:
    """Tell whether a contact ever had a box, open or closed."""
    return last_box_of(session, contact) is not None


def last_box_of(session: Session, contact: Contact) -> Box | None:
    """Give the newest box on which a contact takes part, open or closed; one that sleeps only for want of another."""
    taking_part = select(BoxContact.box_id).where(BoxContact.contact_id == contact.id)
    query = select(Box).where(
        or_(Box.contact_id == contact.id, Box.id.in_(taking_part)), Box.merged_into.is_(None)
    )
    return session.scalar(query.order_by(Box.is_asleep, Box.id.desc()).limit(1))


def contact_by_id(session: Session, contact_id: int) -> Contact:
    """Give a contact; one who turned out to be another gives that one."""
    return merged_contact(session, session.get_one(Contact, contact_id))


def lead_of_box(session: Session, box_id: int) -> Lead | None:
    """Give the lead of a box."""
    return _found_once(session, ("lead of box", box_id), select(Lead).where(Lead.box_id == box_id))


def opportunity_of_box(session: Session, box_id: int) -> Opportunity | None:
    """Give the opportunity of a box."""
    query = select(Opportunity).where(Opportunity.box_id == box_id)
    return _found_once(session, ("opportunity of box", box_id), query)


def is_won(session: Session, box_id: int) -> bool:
    """Tell whether the deal of a box is won."""
    opportunity = opportunity_of_box(session, box_id)
    return opportunity is not None and opportunity.state == "Closed Won"


def opportunity_by_id(session: Session, opportunity_id: int) -> Opportunity:
    """Give an opportunity."""
    return session.get_one(Opportunity, opportunity_id)


def renewal_of(session: Session, opportunity_id: int) -> Opportunity | None:
    """Give the renewal that follows an opportunity."""
    query = select(Opportunity).where(Opportunity.origin_id == opportunity_id, Opportunity.kind == "renewal")
    return session.scalar(query)


def open_next_action(session: Session, opportunity_id: int) -> Task | None:
    """Give the open next action of an opportunity."""
    query = select(Task).where(
        Task.opportunity_id == opportunity_id, Task.kind == "next action", Task.state == "open"
    )
    return session.scalar(query)


def task_by_id(session: Session, task_id: int) -> Task:
    """Give a task."""
    return session.get_one(Task, task_id)


def task_by_occasion(session: Session, occasion: str) -> Task | None:
    """Give the task that was made for an occasion."""
    with session.no_autoflush:  # what was made in this transaction is remembered
        return _found_once(session, ("task", occasion), select(Task).where(Task.occasion == occasion))


def note_task(session: Session, occasion: str, task: Task) -> None:
    """Remember a task that was made for an occasion, and need not be written before it is asked for."""
    remembered(session, "found once")["task", occasion] = task


def open_tasks_of_box(session: Session, box_id: int, kind: str | None = None) -> list[Task]:
    """Give the open tasks of a box, of one kind if named, the earliest due first."""
    query = select(Task).where(Task.box_id == box_id, Task.state == "open").order_by(Task.due_at, Task.id)
    return list(session.scalars(query.where(Task.kind == kind) if kind else query))


def most_urgent_task(session: Session, box_id: int) -> Task | None:
    """Give the open task of a box that is due first, None if nothing is to do.

    In a batch of mails every notice asks this; what was made since the last write is looked at in memory.
    """
    if any(isinstance(row, Task) for row in session.dirty):
        session.flush()
    query = select(Task).where(Task.box_id == box_id, Task.state == "open").order_by(Task.due_at, Task.id)
    with session.no_autoflush:
        first = session.scalar(query.limit(1))
    made = [row for row in session.new if isinstance(row, Task) and row.box_id == box_id]
    found = [task for task in (first, *made) if task is not None and task.state == "open"]
    return min(found, key=lambda task: (task.due_at, task.id), default=None)


def open_tasks_of_kind(session: Session, kind: str) -> list[Task]:
    """Give the open tasks of a kind, on whatever box, the earliest due first."""
    query = select(Task).where(Task.state == "open", Task.kind == kind).order_by(Task.due_at, Task.id)
    return list(session.scalars(query))


def tasks_of_box(session: Session, box_id: int) -> list[Task]:
    """Give all tasks of a box in the order in which they were made."""
    return list(session.scalars(select(Task).where(Task.box_id == box_id).order_by(Task.id)))


def call_by_occasion(session: Session, occasion: str) -> PhoneCall | None:
    """Give the call that was logged for an occasion."""
    return session.scalar(select(PhoneCall).where(PhoneCall.occasion == occasion))


def calls_with(
    session: Session, contact_id: int, direction: str, start: datetime, end: datetime
) -> list[PhoneCall]:
    """Give the calls with a person in one direction that began between two moments."""
    query = select(PhoneCall).where(PhoneCall.contact_id == contact_id, PhoneCall.direction == direction)
    query = query.where(PhoneCall.started_at >= start, PhoneCall.started_at <= end)
    return list(session.scalars(query.order_by(PhoneCall.id)))


def calls_of_box(session: Session, box_id: int) -> list[PhoneCall]:
    """Give the calls of a box, the earliest first."""
    query = select(PhoneCall).where(PhoneCall.box_id == box_id)
    return list(session.scalars(query.order_by(PhoneCall.started_at, PhoneCall.id)))


def count_leads_by(
    session: Session, by: str, since: datetime | None, owners: Collection[str | None] | None = None
) -> list[Any]:
    """Count the leads made since a moment, and their deals, by `source`, `type` or `campaign` and the deals' currency.

    Rows have name, currency, leads, answered, converted, won, and minor: what the won deals are worth. With `owners`
    only theirs are counted; None among them means what nobody owns.
    """
    is_won = Opportunity.state == "Closed Won"
    name = func.coalesce({"source": Lead.source, "type": Lead.type, "campaign": Lead.campaign}[by], "")
    query = (
        select(
            name.label("name"),
            Opportunity.currency.label("currency"),
            func.count(Lead.id).label("leads"),
            func.count(Lead.answered_at).label("answered"),
            func.count(Opportunity.id).label("converted"),
            func.coalesce(func.sum(case((is_won, 1), else_=0)), 0).label("won"),
            func.coalesce(func.sum(case((is_won, Opportunity.amount_minor), else_=0)), 0).label("minor"),
        )
        .join(Box, Box.id == Lead.box_id)
        .outerjoin(Opportunity, Opportunity.lead_id == Lead.id)
        .where(Box.merged_into.is_(None))
        .group_by(name, Opportunity.currency)
    )
    if owners is not None:
        is_theirs = Lead.owner.in_([owner for owner in owners if owner])
        query = query.where(or_(is_theirs, Lead.owner.is_(None)) if None in owners else is_theirs)
    return list(session.execute(query.where(Lead.created_at >= since) if since else query))


def count_leads(session: Session) -> int:
    """Count the leads."""
    return session.scalar(select(func.count()).select_from(Lead)) or 0
