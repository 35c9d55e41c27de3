"""LD-9: what a lead that becomes a deal hands on: its company, the company's address, what it is worth."""

from __future__ import annotations

import pytest

from inboxcrm.base.work import Work
from inboxcrm.crm.lead import convert_lead
from inboxcrm.crm.particulars import Particular, note_particulars
from inboxcrm.crm.people import set_invoice_address
from inboxcrm.crm.records import Lead, Organization
from tests.build import a_lead, a_quote

PLACE = "Damrak 1, 1012 LG Amsterdam"


def a_signed_lead(work: Work, sender: str = "bob@acme.example", place: str = "", **found: str) -> Lead:
    """A lead whose signature says these particulars."""
    lead = a_lead(work, sender)
    assert lead.box.contact is not None
    found |= {"address": place} if place else {}
    told = {name: Particular(value, 1, "the signature") for name, value in found.items()}
    note_particulars(work, lead.box.contact, told, lead.box_id)
    return lead


def organization_of(lead: Lead) -> Organization:
    assert lead.box.organization is not None
    return lead.box.organization


def test_the_address_of_a_signature_is_the_address_for_invoices(work: Work) -> None:
    lead = a_signed_lead(work, place=PLACE, vat_number="NL001234567B01")

    convert_lead(work, lead, by="anna", name="Acme")

    organization = organization_of(lead)
    assert organization.invoice_address == ["Damrak 1", "1012 LG Amsterdam"]
    assert organization.country == "NL"


def test_a_country_is_never_guessed(work: Work) -> None:
    """IV-3: without one the invoice asks for `invoice to …`; tax is not computed by a guess."""
    lead = a_signed_lead(work, place=PLACE)

    convert_lead(work, lead, by="anna", name="Acme")

    assert organization_of(lead).invoice_address == ["Damrak 1", "1012 LG Amsterdam"]
    assert organization_of(lead).country is None


def test_what_is_known_already_stays(work: Work) -> None:
    lead = a_signed_lead(work, place=PLACE)
    set_invoice_address(
        work, organization_of(lead), ["Acme B.V.", "Rue 1", "1000 Brussel"], "BE", lead.box_id
    )

    convert_lead(work, lead, by="anna", name="Acme")

    assert (organization_of(lead).invoice_address, organization_of(lead).country) == (
        ["Rue 1", "1000 Brussel"],
        "BE",
    )


@pytest.mark.parametrize(("company", "name"), [("Jansen Bouw", "Jansen Bouw"), ("", "Jan")])
def test_whoever_writes_by_free_mail_has_an_organization_then(work: Work, company: str, name: str) -> None:
    """By the company that his signature names, else by his own name."""
    lead = a_signed_lead(work, "jan@gmail.com", **({"company": company} if company else {}))

    convert_lead(work, lead, by="anna", name="Jansen")

    assert organization_of(lead).name == name
    assert lead.box.contact.organization is organization_of(lead)


@pytest.mark.parametrize(
    ("details", "amount"),
    [
        ({"amount": "EUR 12.500,00"}, 1_250_000),
        ({"amount": "12500", "currency": "EUR"}, 1_250_000),
        ({"amount": "USD 500"}, None),
        ({"amount": "between 5 and 10"}, None),
        ({}, None),
    ],
)
def test_the_amount_that_a_form_names_is_the_deal_s(
    work: Work, details: dict[str, str], amount: int | None
) -> None:
    """What is in another currency, or can mean two things, is not read."""
    lead = a_lead(work)
    lead.details = details

    assert convert_lead(work, lead, by="anna", name="Acme").amount_minor == amount


def test_a_quote_makes_a_customer_and_being_worth_one_does_not(work: Work) -> None:
    lead = a_lead(work)
    deal = convert_lead(work, lead, by="anna", name="Acme", is_quoted=False)
    assert organization_of(lead).kind == "prospect"

    a_quote(work, deal)

    assert organization_of(lead).kind == "customer"
