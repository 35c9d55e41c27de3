"""Contacts and organizations: found by address and domain, made when unknown (IN-2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inboxcrm.base.database import Session
from inboxcrm.base.free_mail import FREE_MAIL
from inboxcrm.base.name_key import company_key, person_key
from inboxcrm.base.store import draw_id, insert_or_ignore, insert_rows
from inboxcrm.base.work import Work
from inboxcrm.crm import events
from inboxcrm.crm.companies.store import (
    forget_organizations,
    note_organization,
    organization_by_domain,
    organizations_by_domain,
)
from inboxcrm.crm.records import Box, Contact, ContactAddress, Organization
from inboxcrm.crm.store import (
    contact_by_address,
    forget_addresses,
    note_new_contact,
)
from inboxcrm.mail.domains import organizational_domain


def company_domain(address: str) -> str | None:
    """Give the registrable domain of an address, or None for free mail and bare suffixes."""
    domain = organizational_domain(address.rpartition("@")[2])
    return domain if domain and domain not in FREE_MAIL else None


def company_name(domain: str) -> str:
    """Guess a company's name from its domain until somebody says it better."""
    return domain.partition(".")[0].replace("-", " ").title()


def find_or_make_contact(work: Work, address: str, name: str) -> Contact:
    """Give the contact of an address; make it, and its organization by the domain, if unknown."""
    known = contact_by_address(work.session, address)
    if known is not None:
        return known
    organization = find_or_make_organization(work, address)
    contact = Contact(
        id=draw_contact_id(work.session),
        name=_contact_name(address, name),
        organization=organization,
        organization_id=organization.id if organization else None,
        created_at=work.now,
        addresses=[ContactAddress(address=address)],
    )
    work.session.add(contact)
    note_new_contact(work.session, address, contact)
    return contact


@dataclass(frozen=True, slots=True)
class NewContact:
    """A contact to be made, with the id that was drawn for it."""

    contact_id: int
    address: str
    name: str


def draw_contact_id(session: Session) -> int:
    """Give the id of a contact that will be made in this transaction."""
    return draw_id(session, Contact.__table__)


def make_contacts(work: Work, people: Sequence[NewContact]) -> None:
    """Make the contacts of many unknown addresses as `find_or_make_contact` makes one."""
    if not people:
        return
    domains = {person.address: company_domain(person.address) for person in people}
    wanted = {domain for domain in domains.values() if domain}
    known = organizations_by_domain(work.session, wanted)
    new = [
        {
            "id": draw_id(work.session, Organization.__table__),
            "name": company_name(domain),
            "name_key": company_key(company_name(domain)),
            "domain": domain,
            "created_at": work.now,
        }
        for domain in sorted(wanted - known.keys())
    ]
    if new:
        insert_or_ignore(work.session, Organization.__table__, new)
        forget_organizations(work.session, wanted)
        known = organizations_by_domain(work.session, wanted)
    contacts = [
        {
            "id": person.contact_id,
            "name": _contact_name(person.address, person.name),
            "name_key": person_key(_contact_name(person.address, person.name)),
            "organization_id": known.get(domains[person.address] or ""),
            "created_at": work.now,
        }
        for person in people
    ]
    insert_rows(work.session, Contact.__table__, contacts)
    addresses = [{"address": person.address, "contact_id": person.contact_id} for person in people]
    insert_rows(work.session, ContactAddress.__table__, addresses)
    forget_addresses(work.session, [person.address for person in people])


def _contact_name(address: str, name: str) -> str:
    return (name or address.partition("@")[0])[:200]


def make_caller(work: Work, phone: str, name: str) -> Contact:
    """Make a contact of whom nothing but a telephone number is known (IN-14)."""
    contact = Contact(
        id=draw_contact_id(work.session),
        name=(name or phone)[:200],
        phone=phone,
        created_at=work.now,
        addresses=[],
    )
    work.session.add(contact)
    return contact


def find_or_make_organization(work: Work, address: str) -> Organization | None:
    """Give the organization of an address's domain; None for free mail."""
    domain = company_domain(address)
    if domain is None:
        return None
    organization = organization_by_domain(work.session, domain)
    if organization is None:
        organization = make_organization(work, company_name(domain), domain)
    return organization


def make_organization(work: Work, name: str, domain: str | None = None) -> Organization:
    """Make an organization; by its registrable domain, if it has one, its people are known."""
    organization = Organization(
        id=draw_id(work.session, Organization.__table__), name=name[:200], domain=domain, created_at=work.now
    )
    work.session.add(organization)
    note_organization(work.session, organization)
    return organization


def find_or_name_organization(work: Work, box: Box, name: str) -> Organization:
    """Give a box's organization; a person with free mail gets one by the name on the invoice."""
    if box.organization is None:
        box.organization = make_organization(work, name)
        if box.contact:
            box.contact.organization = box.organization
        work.session.flush()
    return box.organization


def set_invoice_address(
    work: Work, organization: Organization, lines: list[str], country: str, box_id: int
) -> None:
    """Keep the address that invoices go to (IV-3): its first line is the legal name."""
    old = organization.invoice_address
    organization.legal_name = lines[0][:200]
    organization.invoice_address = lines[1:]
    organization.country = country
    work.emit(
        events.ORGANIZATION_CHANGED,
        ("organization", organization.id),
        box_id=box_id,
        field="invoice_address",
        old=old,
        new=lines,
        country=country,
    )
