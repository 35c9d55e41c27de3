"""Questions to the CRM's tables."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from inboxcrm.base.columns import is_row_number
from inboxcrm.crm.records import Box, Contact, ContactAddress, Lead, Opportunity, Organization, Task


def contact_by_address(session: Session, address: str) -> Contact | None:
    """Give the contact that has this address."""
    return session.scalar(select(Contact).join(ContactAddress).where(ContactAddress.address == address))


def known_addresses(session: Session, addresses: Iterable[str]) -> set[str]:
    """Give those of the addresses that belong to a contact."""
    wanted, found = sorted(addresses), set[str]()
    for start in range(0, len(wanted), 500):
        query = select(ContactAddress.address).where(ContactAddress.address.in_(wanted[start : start + 500]))
        found.update(session.scalars(query))
    return found


def first_address(contact: Contact) -> str:
    """Give the address at which a contact is written to."""
    return contact.addresses[0].address


def organization_by_domain(session: Session, domain: str) -> Organization | None:
    """Give the organization of a registrable domain."""
    return session.scalar(select(Organization).where(Organization.domain == domain))


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


def waking_boxes_of_contact(session: Session, contact: Contact) -> list[Box]:
    """Give the open boxes of a contact that mail may be filed on (IN-3): not asleep, not merged."""
    query = select(Box).where(
        Box.contact_id == contact.id, Box.is_open, ~Box.is_asleep, Box.merged_into.is_(None)
    )
    return list(session.scalars(query.order_by(Box.id)))


def has_had_box(session: Session, contact: Contact) -> bool:
    """Tell whether a contact ever had a box, open or closed."""
    return session.scalar(select(Box.id).where(Box.contact_id == contact.id).limit(1)) is not None


def lead_of_box(session: Session, box_id: int) -> Lead | None:
    """Give the lead of a box."""
    return session.scalar(select(Lead).where(Lead.box_id == box_id))


def opportunity_of_box(session: Session, box_id: int) -> Opportunity | None:
    """Give the opportunity of a box."""
    return session.scalar(select(Opportunity).where(Opportunity.box_id == box_id))


def opportunity_by_id(session: Session, opportunity_id: int) -> Opportunity:
    """Give an opportunity."""
    return session.get_one(Opportunity, opportunity_id)


def renewal_of(session: Session, opportunity_id: int) -> Opportunity | None:
    """Give the renewal that follows an opportunity."""
    query = select(Opportunity).where(Opportunity.origin_id == opportunity_id, Opportunity.kind == "renewal")
    return session.scalar(query)


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


def count_leads(session: Session) -> int:
    """Count the leads."""
    return session.scalar(select(func.count()).select_from(Lead)) or 0
