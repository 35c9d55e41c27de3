"""Questions to the CRM's tables."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Select, case, func, or_, select, update
from sqlalchemy.orm import Session, joinedload

from inboxcrm.base.columns import is_row_number
from inboxcrm.base.errors import Refused
from inboxcrm.crm.records import (
    Absence,
    Box,
    BoxContact,
    BoxGuest,
    Contact,
    ContactAddress,
    Lead,
    Meeting,
    Notification,
    Opportunity,
    Organization,
    PhoneCall,
    Task,
)

T = TypeVar("T")


def contact_by_address(session: Session, address: str) -> Contact | None:
    """Give the contact that has this address."""
    query = select(Contact).join(ContactAddress).where(ContactAddress.address == address)
    return _found_once(session, ("contact", address), query)


def _found_once(session: Session, key: tuple[str, Any], query: Select[T]) -> T | None:
    """Give what a query for a lasting key finds, once a transaction: a batch of mail asks for the same ones often.

    Nobody gives an address or a box to another within a transaction; what is not there yet is asked for again.
    """
    known: dict[tuple[str, Any], T] = session.info.setdefault("found_once", {})
    found = known.get(key)
    if found is None or found not in session:
        found = session.scalar(query)
        if found is not None:
            known[key] = found
    return found


def contacts_by_phone(session: Session, phone: str) -> list[Contact]:
    """Give the contacts with this telephone number (E.164), at most two: more than one is no answer."""
    return list(session.scalars(select(Contact).where(Contact.phone == phone).order_by(Contact.id).limit(2)))


def contacts_by_phones(session: Session, phones: Iterable[str]) -> dict[str, list[Contact]]:
    """Give the contacts of each of these telephone numbers (E.164)."""
    wanted, found = sorted(phones), dict[str, list[Contact]]()
    for start in range(0, len(wanted), 500):
        query = select(Contact).where(Contact.phone.in_(wanted[start : start + 500])).order_by(Contact.id)
        for contact in session.scalars(query):
            found.setdefault(contact.phone or "", []).append(contact)
    return found


def known_addresses(session: Session, addresses: Iterable[str]) -> set[str]:
    """Give those of the addresses that belong to a contact."""
    wanted, found = sorted(addresses), set[str]()
    for start in range(0, len(wanted), 500):
        query = select(ContactAddress.address).where(ContactAddress.address.in_(wanted[start : start + 500]))
        found.update(session.scalars(query))
    return found


def contact_ids(session: Session, addresses: Iterable[str]) -> dict[str, int]:
    """Give the contacts of those of the addresses that belong to one."""
    wanted, found = sorted(addresses), dict[str, int]()
    for start in range(0, len(wanted), 500):
        query = select(ContactAddress.address, ContactAddress.contact_id)
        query = query.where(ContactAddress.address.in_(wanted[start : start + 500]))
        found.update((address, contact_id) for address, contact_id in session.execute(query))
    return found


def contacts_with_waking_box(session: Session, contacts: Iterable[int]) -> set[int]:
    """Give those of the contacts for whom `waking_boxes_of_contact` gives a box."""
    wanted, found = sorted(contacts), set[int]()
    is_waking = (Box.is_open, ~Box.is_asleep, Box.merged_into.is_(None))
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        own = select(Box.contact_id).where(Box.contact_id.in_(part), *is_waking)
        found.update(one for one in session.scalars(own) if one is not None)
        taking_part = select(BoxContact.contact_id).join(Box, Box.id == BoxContact.box_id)
        found.update(session.scalars(taking_part.where(BoxContact.contact_id.in_(part), *is_waking)))
    return found


def first_address(contact: Contact) -> str:
    """Give the address at which a contact is written to. Raises Refused of one who has only called."""
    if not contact.addresses:
        raise Refused(f"no mail address of {contact.name} is known yet")
    return contact.addresses[0].address


def organization_by_domain(session: Session, domain: str) -> Organization | None:
    """Give the organization of a registrable domain."""
    return session.scalar(select(Organization).where(Organization.domain == domain))


def organizations_by_domain(session: Session, domains: Iterable[str]) -> dict[str, int]:
    """Give the organizations of those of the registrable domains that have one."""
    wanted, found = sorted(domains), dict[str, int]()
    for start in range(0, len(wanted), 500):
        query = select(Organization.domain, Organization.id)
        query = query.where(Organization.domain.in_(wanted[start : start + 500]))
        found.update((str(domain), number) for domain, number in session.execute(query))
    return found


def box_by_id(session: Session, box_id: int) -> Box:
    """Give a box; a merged one gives the box that it became part of."""
    box = session.get_one(Box, box_id)
    return box_by_id(session, box.merged_into) if box.merged_into else box


def boxes_by_name(session: Session, words: str) -> list[Box]:
    """Give the boxes whose name holds these words, or whose number they are."""
    if is_row_number(words):
        found = session.get(Box, int(words))
        return [found] if found else []
    words = words.replace("\0", "").strip()  # no database can look for it, and SQLite ends the words at it
    if not words:
        return []
    return list(
        session.scalars(select(Box).where(Box.name.icontains(words, autoescape=True)).order_by(Box.id))
    )


def people_by_words(session: Session, words: str, limit: int) -> list[Contact]:
    """Give the contacts whose name, address or company holds these words."""
    query = (
        select(Contact)
        .outerjoin(Organization, Organization.id == Contact.organization_id)
        .where(
            or_(
                Contact.name.icontains(words, autoescape=True),
                Organization.name.icontains(words, autoescape=True),
                Contact.addresses.any(ContactAddress.address.contains(words.lower(), autoescape=True)),
            )
        )
    )
    return list(session.scalars(query.order_by(Contact.id).limit(limit)))


def waking_boxes_of_contact(session: Session, contact: Contact) -> list[Box]:
    """Give the open boxes on which a contact takes part, that mail may be filed on (IN-3): not asleep, not merged."""
    taking_part = select(BoxContact.box_id).where(BoxContact.contact_id == contact.id)
    query = select(Box).where(
        or_(Box.contact_id == contact.id, Box.id.in_(taking_part)),
        Box.is_open,
        ~Box.is_asleep,
        Box.merged_into.is_(None),
    )
    return list(session.scalars(query.order_by(Box.id)))


def contacts_of_box(session: Session, box_id: int) -> list[int]:
    """Give the people who take part on a box: its own contact first."""
    own = session.scalar(select(Box.contact_id).where(Box.id == box_id))
    query = select(BoxContact.contact_id).where(BoxContact.box_id == box_id).order_by(BoxContact.contact_id)
    return list(dict.fromkeys([*([own] if own else []), *session.scalars(query)]))


def guest_boxes(session: Session, address: str) -> list[int]:
    """Give the boxes on which one of us wrote to an address while it was unknown."""
    query = select(BoxGuest.box_id).where(BoxGuest.address == address)
    return list(session.scalars(query.order_by(BoxGuest.box_id)))


def move_part_on_boxes(session: Session, contact_id: int, known_id: int) -> None:
    """Let one contact take part wherever another one did."""
    theirs = set(session.scalars(select(BoxContact.box_id).where(BoxContact.contact_id == known_id)))
    for row in session.scalars(select(BoxContact).where(BoxContact.contact_id == contact_id)):
        if row.box_id in theirs:
            session.delete(row)
        else:
            row.contact_id = known_id
    for box in session.scalars(select(Box).where(Box.contact_id == contact_id)):
        box.contact_id = known_id
    session.execute(update(PhoneCall).where(PhoneCall.contact_id == contact_id).values(contact_id=known_id))


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
    """Give a contact."""
    return session.get_one(Contact, contact_id)


def lead_of_box(session: Session, box_id: int) -> Lead | None:
    """Give the lead of a box."""
    return _found_once(session, ("lead of box", box_id), select(Lead).where(Lead.box_id == box_id))


def opportunity_of_box(session: Session, box_id: int) -> Opportunity | None:
    """Give the opportunity of a box."""
    return session.scalar(select(Opportunity).where(Opportunity.box_id == box_id))


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


def opportunities_by_account_code(session: Session, code: str) -> list[Opportunity]:
    """Give the deals that a provider names by this account code."""
    query = select(Opportunity).where(Opportunity.account_code == code)
    return list(session.scalars(query.order_by(Opportunity.id)))


def opportunities_told_by(session: Session, contact: Contact, sender: str) -> list[Opportunity]:
    """Give the deals of a contact that a provider has told of, oldest first."""
    told = select(Notification.opportunity_id).where(Notification.sender == sender)
    query = select(Opportunity).join(Box, Box.id == Opportunity.box_id)
    query = query.where(Box.contact_id == contact.id, Opportunity.id.in_(told))
    return list(session.scalars(query.order_by(Opportunity.id)))


def notified_opportunity(session: Session, sender: str, number: str) -> Opportunity | None:
    """Give the deal about which a provider's notification was counted already."""
    query = select(Opportunity).join(Notification, Notification.opportunity_id == Opportunity.id)
    return session.scalar(query.where(Notification.sender == sender, Notification.number == number))


def leads_by_owner(session: Session) -> dict[str, int]:
    """Count the leads that each rep ever got, for a fair turn (LD-5)."""
    rows = session.execute(
        select(Lead.owner, func.count()).where(Lead.owner.is_not(None)).group_by(Lead.owner)
    )
    return {str(owner): count for owner, count in rows}


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
    return session.scalar(select(Task).where(Task.occasion == occasion))


def open_tasks_of_box(session: Session, box_id: int, kind: str | None = None) -> list[Task]:
    """Give the open tasks of a box, of one kind if named, the earliest due first."""
    query = select(Task).where(Task.box_id == box_id, Task.state == "open").order_by(Task.due_at, Task.id)
    return list(session.scalars(query.where(Task.kind == kind) if kind else query))


def open_tasks_of_kind(session: Session, kind: str) -> list[Task]:
    """Give the open tasks of a kind, on whatever box, the earliest due first."""
    query = select(Task).where(Task.state == "open", Task.kind == kind).order_by(Task.due_at, Task.id)
    return list(session.scalars(query))


def tasks_of_box(session: Session, box_id: int) -> list[Task]:
    """Give all tasks of a box in the order in which they were made."""
    return list(session.scalars(select(Task).where(Task.box_id == box_id).order_by(Task.id)))


def due_tasks(session: Session, until: datetime, owners: Iterable[str]) -> list[Task]:
    """Give the open tasks of these people that are due by a moment, the earliest first."""
    query = (
        select(Task)
        .where(Task.state == "open", Task.owner.in_(list(owners)), Task.due_at <= until)
        .order_by(Task.due_at, Task.id)
        .options(joinedload(Task.box))
    )
    return list(session.scalars(query))


def absence_at(session: Session, user: str, at: datetime) -> Absence | None:
    """Give the absence of a user at a moment; what was said last counts."""
    query = select(Absence).where(Absence.user == user, Absence.start_at <= at, Absence.until_at > at)
    return session.scalar(query.order_by(Absence.id.desc()).limit(1))


def absence_by_occasion(session: Session, occasion: str) -> Absence | None:
    """Give the absence that this mail or calendar entry told of."""
    return session.scalar(select(Absence).where(Absence.occasion == occasion))


def meeting_by_uid(session: Session, uid: str, organizer: str, recurrence: str) -> Meeting | None:
    """Give a meeting, or one occurrence of a series, by what its organizer calls it."""
    query = select(Meeting).where(
        Meeting.uid == uid, Meeting.organizer == organizer, Meeting.recurrence == recurrence
    )
    return session.scalar(query)


def meetings_of_box(session: Session, box_id: int) -> list[Meeting]:
    """Give the meetings of a box, the earliest first."""
    query = select(Meeting).where(Meeting.box_id == box_id).order_by(Meeting.starts_at, Meeting.id)
    return list(session.scalars(query))


def call_by_occasion(session: Session, occasion: str) -> PhoneCall | None:
    """Give the call that was logged for an occasion."""
    return session.scalar(select(PhoneCall).where(PhoneCall.occasion == occasion))


def calls_of_box(session: Session, box_id: int) -> list[PhoneCall]:
    """Give the calls of a box, the earliest first."""
    query = select(PhoneCall).where(PhoneCall.box_id == box_id)
    return list(session.scalars(query.order_by(PhoneCall.started_at, PhoneCall.id)))


def move_calls(session: Session, old_box_id: int, box_id: int) -> None:
    """Put the calls of a box on another one."""
    session.execute(update(PhoneCall).where(PhoneCall.box_id == old_box_id).values(box_id=box_id))


def count_leads_by(session: Session, by: str, since: datetime | None) -> list[Any]:
    """Count the leads made since a moment, and their deals, by `source`, `type` or `campaign` and the deals' currency.

    Rows have name, currency, leads, answered, converted, won, and minor: what the won deals are worth.
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
    return list(session.execute(query.where(Lead.created_at >= since) if since else query))


def count_leads(session: Session) -> int:
    """Count the leads."""
    return session.scalar(select(func.count()).select_from(Lead)) or 0
