"""Contacts by address, organizations by domain; free mail tells nothing of a company (IN-2)."""

from __future__ import annotations

import pytest

from inboxcrm.base.work import Work
from inboxcrm.crm.people import company_domain, find_or_make_contact, find_or_name_organization
from tests.build import a_lead, on_both_databases


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("bob@acme.example", "acme.example"),
        ("bob@mail.uk.acme.co.uk", "acme.co.uk"),
        ("bob@gmail.com", None),
        ("bob@ziggo.nl", None),
        ("bob@co.uk", None),
        ("bob@bücher.example", "xn--bcher-kva.example"),
    ],
)
def test_the_company_is_the_registrable_domain_unless_it_is_free_mail(address, domain) -> None:
    assert company_domain(address) == domain


@on_both_databases
def test_a_known_address_is_the_same_contact_and_a_known_domain_the_same_company(work: Work) -> None:
    bob = find_or_make_contact(work, "bob@acme.example", "Bob")
    again = find_or_make_contact(work, "bob@acme.example", "Robert Jones")
    carol = find_or_make_contact(work, "carol@mail.acme.example", "Carol")

    assert (again, again.name) == (bob, "Bob")
    assert carol is not bob
    assert carol.organization is bob.organization
    assert (bob.organization.name, bob.organization.domain) == ("Acme", "acme.example")


def test_people_with_free_mail_have_no_company_and_a_name_at_least_from_the_address(work: Work) -> None:
    contact = find_or_make_contact(work, "jan.jansen@gmail.com", "")

    assert (contact.name, contact.organization) == ("jan.jansen", None)


def test_the_invoice_names_the_company_of_a_person_with_free_mail(work: Work) -> None:
    box = a_lead(work, "jan@gmail.com").box

    named = find_or_name_organization(work, box, "Jansen B.V.")

    assert (box.organization, box.contact.organization, named.name) == (named, named, "Jansen B.V.")
    assert find_or_name_organization(work, box, "Other B.V.") is named
