"""What mails and forms say of a person and his company, kept with the place where it was read (IN-9).

What is known already is never replaced; only a company's name that was guessed from its domain is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inboxcrm.base.work import Work
from inboxcrm.crm import events
from inboxcrm.crm.people import company_name, make_organization

if TYPE_CHECKING:
    from inboxcrm.crm.records import Contact

LONGEST = {
    "title": 200,
    "phone": 20,
    "company": 200,
    "vat_number": 20,
    "address": 300,
    "website": 200,
    "language": 20,
}


@dataclass(frozen=True, slots=True)
class Particular:
    """One value, and where it was read: in which message, and the characters of its text or the field of its form."""

    value: str
    message_id: int
    where: str

    def plain(self) -> dict[str, object]:
        """Give it as plain values."""
        return {"value": self.value, "message": self.message_id, "where": self.where}


def note_particulars(
    work: Work, contact: Contact, found: Mapping[str, Particular], box_id: int | None
) -> None:
    """Keep what was found of a person, as far as it is not known yet, with its places."""
    known = contact.found or {}
    new = {
        name: one
        for name, one in found.items()
        if name in LONGEST and name not in known and 0 < len(one.value) <= LONGEST[name]
    }
    if not new:
        return
    contact.found = known | {name: one.plain() for name, one in new.items()}
    for name in ("title", "phone"):
        if name in new and getattr(contact, name) is None:
            setattr(contact, name, new[name].value)
    _note_company(work, contact, new)
    values = {name: one.value for name, one in new.items()}
    subject = ("contact", contact.id)
    work.emit(events.CONTACT_CHANGED, subject, box_id=box_id, is_quiet=True, name=contact.name, found=values)


def _note_company(work: Work, contact: Contact, new: Mapping[str, Particular]) -> None:
    """Name the person's organization; one with free mail and a company gets an organization of that name."""
    organization = contact.organization
    if organization is None and "company" in new:
        organization = make_organization(work, new["company"].value)
        contact.organization = organization
        contact.organization_id = organization.id
    if organization is None:
        return
    is_guessed = organization.domain is not None and organization.name == company_name(organization.domain)
    if "company" in new and is_guessed:
        organization.name = new["company"].value
    if "vat_number" in new and organization.vat_number is None:
        organization.vat_number = new["vat_number"].value
    work.session.flush()


def missing_particulars(contact: Contact) -> list[str]:
    """Name what is not known of a person, to be asked for (IN-9)."""
    found = contact.found or {}
    organization = contact.organization
    have = {
        "title": contact.title,
        "phone": contact.phone,
        "company": organization and organization.name,
        "vat_number": organization and organization.vat_number,
        "address": found.get("address") or (organization and organization.invoice_address),
    }
    return [name for name, value in have.items() if not value]
