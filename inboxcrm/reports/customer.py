"""Who the customer of a box is: his company, his people with their roles, and what was read where (OP-14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.database import Session
from inboxcrm.base.settings import Settings
from inboxcrm.crm.companies.store import children_of, domains_of, organization_by_id
from inboxcrm.crm.field import fields_of_box, spelled_value
from inboxcrm.crm.roles.store import contacts_with_role_on, roles_on_box
from inboxcrm.crm.store import contact_by_id, contacts_of_box

if TYPE_CHECKING:
    from inboxcrm.crm.records import Box, Contact, Organization

MOST_PEOPLE = 20


def customer_facts(session: Session, settings: Settings, box: Box) -> list[str]:
    """Give the lines of `show` about the customer: company, people, fields of the company's own."""
    company = [_company(session, box.organization)] if box.organization else []
    currency = settings.company.currency
    fields = [
        f"{field.words}: {spelled_value(field, value, currency)}"
        for field, value in fields_of_box(session, settings, box)
    ]
    return [*company, *people_lines(session, box), *fields]


def _company(session: Session, organization: Organization) -> str:
    parent = organization_by_id(session, organization.parent_id) if organization.parent_id else None
    below = ", ".join(one.name for one in children_of(session, organization.id))
    told = [
        organization.name,
        organization.kind,
        f"legally {organization.legal_name}" if organization.legal_name else "",
        f"of {parent.name}" if parent else "",
        f"with {below}" if below else "",
        ", ".join(domains_of(session, organization)),
        f"VAT {organization.vat_number}" if organization.vat_number else "",
    ]
    return f"company: {'; '.join(part for part in told if part)}"


def people_lines(session: Session, box: Box) -> list[str]:
    """Give a line for each person on a box, with all his addresses and his roles; those with roles first."""
    people = dict.fromkeys(
        [*contacts_of_box(session, box.id), *sorted(contacts_with_role_on(session, box.id))]
    )
    roles = roles_on_box(session, box.id, people)
    ordered = sorted(people, key=lambda one: (one not in roles, one != box.contact_id))
    lines = [_person(contact_by_id(session, one), roles.get(one, [])) for one in ordered[:MOST_PEOPLE]]
    more = len(ordered) - MOST_PEOPLE
    return [*lines, f"and {more} more people"] if more > 0 else lines


def _person(contact: Contact, roles: list[str]) -> str:
    said = f" ({', '.join(roles)})" if roles else ""
    told = [
        contact.title or "",
        ", ".join(one.address for one in contact.addresses),
        _phone(contact),
    ]
    return f"person: {'; '.join(part for part in (contact.name + said, *told) if part)}"


def _phone(contact: Contact) -> str:
    """Give the telephone number, and which message said so as far as a message did."""
    if not contact.phone:
        return ""
    read = (contact.found or {}).get("phone") or {}
    source = f" (message {read['message']}, {read['where']})" if read.get("value") == contact.phone else ""
    return f"{contact.phone}{source}"
