"""Who is the customer of a sequence, and what has been heard from him since it began (EM-8).

The customer is everybody at the organization of the box and of its contact, or at the domain of his address; of free
mail he alone. Whoever writes on the box itself counts too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from inboxcrm.base.database import Session
from inboxcrm.base.settings import Settings
from inboxcrm.crm.companies.store import contacts_at, organizations_by_domain
from inboxcrm.crm.people import company_domain
from inboxcrm.crm.store import box_by_id
from inboxcrm.ingest.heard.store import BY_PEOPLE, Heard, heard_from

if TYPE_CHECKING:
    from inboxcrm.crm.records import Box, Contact

# A transaction that began before ours may end after it: what was taken in so long before is looked at too.
MARGIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Customer:
    """A box with its contact, and the numbers of all the people there."""

    box: Box
    contact: Contact | None
    people: frozenset[int]


def customer_of(session: Session, box_id: int) -> Customer:
    """Give the customer of a box as he is now."""
    box = box_by_id(session, box_id)
    organizations = {one for one in (box.organization_id, _organization(box.contact)) if one}
    if box.contact is not None:
        domains = {domain for one in box.contact.addresses if (domain := company_domain(one.address))}
        organizations |= set(organizations_by_domain(session, domains).values())
    people = contacts_at(session, organizations) if organizations else set()
    return Customer(box, box.contact, frozenset(people | ({box.contact.id} if box.contact else set())))


def _organization(contact: Contact | None) -> int | None:
    return contact.organization_id if contact else None


def answers_since(session: Session, settings: Settings, customer: Customer, since: datetime) -> list[Heard]:
    """Give what people there have written since a moment, and a margin before it."""
    found = heard_from(session, customer.people, customer.box.id, BY_PEOPLE, since - MARGIN)
    return [one for one in found if one.kind == "forwarded" or not settings.is_inside(one.sender)]
