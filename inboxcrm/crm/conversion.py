"""What a lead that becomes a deal hands on: its company, the company's address, what it is worth (LD-9).

What is known already is never replaced. The address is the one in a signature or form, and the country only what a VAT
number says, so that no invoice goes by a guess (IV-3).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from inboxcrm.base.money import Money
from inboxcrm.base.work import Work
from inboxcrm.crm import events
from inboxcrm.crm.people import find_or_name_organization
from inboxcrm.mail.amounts import read_amount, read_currency

if TYPE_CHECKING:
    from inboxcrm.crm.records import Lead, Organization

MOST_UNITS = 10**11
_VAT_COUNTRY = re.compile(r"^(?!XI|EU)([A-Z]{2})\w")


def complete_customer(work: Work, lead: Lead) -> None:
    """Give a lead's box its organization, made by the name in its signature, else by the person's, and its address."""
    box = lead.box
    contact = box.contact
    if box.organization is None and contact is not None:
        box.organization = contact.organization
    if box.organization is None and contact is not None:
        find_or_name_organization(work, box, contact.name)
    if box.organization is not None and contact is not None:
        _give_address(work, lead, box.organization, _found(contact.found, "address"))


def value_of(work: Work, lead: Lead) -> Money | None:
    """Give what a form said that the matter is worth, in the company's currency; None if it did not, or unclearly."""
    details = lead.details or {}
    words, currency = str(details.get("amount", "")), work.settings.company.currency
    amount = read_amount(words) if words else None
    named = read_currency(f"{details.get('currency', '')} {words}")
    if amount is None or not 0 < amount < MOST_UNITS or (named and named != currency):
        return None
    return Money.of(amount, currency)


def _give_address(work: Work, lead: Lead, organization: Organization, address: str) -> None:
    lines = [part.strip() for part in address.split(",") if part.strip()]
    if organization.invoice_address or not lines:
        return
    organization.invoice_address = lines
    vat = _VAT_COUNTRY.match(organization.vat_number or "")
    organization.country = organization.country or (vat[1].replace("EL", "GR") if vat else None)
    work.emit(
        events.ORGANIZATION_CHANGED,
        ("organization", organization.id),
        box_id=lead.box_id,
        field="invoice_address",
        old=None,
        new=lines,
        country=organization.country,
    )


def _found(found: dict[str, object] | None, name: str) -> str:
    value = (found or {}).get(name)
    return str(value.get("value", "")) if isinstance(value, dict) else ""
