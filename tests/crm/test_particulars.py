"""What is read of a person is kept with its place, and never replaces what is known (IN-9)."""

from __future__ import annotations

from inboxcrm.base.work import Work
from inboxcrm.crm.particulars import Particular, missing_particulars, note_particulars
from inboxcrm.crm.people import find_or_make_contact


def read(**values: str) -> dict[str, Particular]:
    return {name: Particular(value, 7, "characters 1 to 9 of the text") for name, value in values.items()}


def test_what_is_new_is_kept_with_its_place(work: Work) -> None:
    contact = find_or_make_contact(work, "bob@acme.example", "Bob")
    before = missing_particulars(contact)

    note_particulars(work, contact, read(title="Buyer", phone="+31201234567", company="Acme Bouw B.V."), None)

    assert before == ["title", "phone", "vat_number", "address"]
    assert (contact.title, contact.phone) == ("Buyer", "+31201234567")
    assert contact.found is not None
    assert contact.found["title"] == {
        "value": "Buyer",
        "message": 7,
        "where": "characters 1 to 9 of the text",
    }
    assert contact.organization is not None
    assert contact.organization.name == "Acme Bouw B.V."
    assert missing_particulars(contact) == ["vat_number", "address"]


def test_what_is_known_stays(work: Work) -> None:
    contact = find_or_make_contact(work, "bob@acme.example", "Bob")
    note_particulars(
        work, contact, read(title="Buyer", company="Acme Bouw B.V.", vat_number="NL004495445B01"), None
    )

    note_particulars(work, contact, read(title="CEO", company="Eve Ltd", vat_number="DE136695976"), None)

    assert contact.organization is not None
    assert (contact.title, contact.organization.name) == ("Buyer", "Acme Bouw B.V.")
    assert contact.organization.vat_number == "NL004495445B01"


def test_one_with_free_mail_gets_the_organization_that_he_names(work: Work) -> None:
    contact = find_or_make_contact(work, "bob@gmail.com", "Bob")
    note_particulars(work, contact, read(company="Bob Bouw"), None)

    assert contact.organization is not None
    assert (contact.organization.name, contact.organization.domain) == ("Bob Bouw", None)


def test_what_is_too_long_or_no_particular_is_left(work: Work) -> None:
    contact = find_or_make_contact(work, "bob@acme.example", "Bob")

    note_particulars(work, contact, read(phone="1" * 50, shoe_size="44"), None)

    assert (contact.phone, contact.found) == (None, None)
