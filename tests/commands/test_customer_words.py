"""A rep says who the people of a customer are, and what his company is, by lines of mail (OP-14)."""

from __future__ import annotations

import dataclasses

import pytest

from inboxcrm.base.settings_people import CustomField
from inboxcrm.crm.store import opportunity_of_box
from inboxcrm.ingest.chosen import start_matter
from inboxcrm.ingest.offers.store import lock_message
from inboxcrm.reports.timeline import box_timeline
from tests.build import ANNA, Mail, deliver
from tests.commands.shop import Shop

FIELDS = (
    CustomField(name="size", record="organization", type="number", label="Number of employees"),
    CustomField(name="budget", record="opportunity", type="amount"),
)


@pytest.fixture
def asked(shop: Shop) -> Shop:
    """Bob of Acme and Eve of Beta have asked."""
    settings = shop.office.settings.model_copy(update={"field": FIELDS})
    shop = Shop(dataclasses.replace(shop.office, settings=settings), shop.clock, shop.rules)
    shop.customer("We need licences.")
    shop.customer("We too.", sender="eve@beta.example", subject="Licences for Beta")
    return shop


def say(shop: Shop, words: str) -> list[str]:
    receipt = shop.anna(words, answers=shop.notices()[0].message_id)
    return [str(line["text"]) for line in receipt["lines"]]


def facts(shop: Shop, box_id: int = 1) -> list[str]:
    with shop.office.reading() as session:
        told = box_timeline(session, shop.office.settings, box_id)["facts"]
    return [line for line in told if line.startswith(("company:", "person:", "Number", "budget"))]


def test_a_person_with_two_addresses_is_one_person_when_he_writes_from_the_other(asked: Shop) -> None:
    told = say(asked, "address: bob@other.example")
    asked.customer("One more thing.", sender="bob@other.example", subject="More")

    assert told == [
        "bob is known by bob@acme.example, bob@other.example; if other.example is Acme's too,"
        " say: domain: other.example"
    ]
    assert "person: bob; bob@acme.example, bob@other.example" in facts(asked)


def test_an_address_that_somebody_has_is_refused_and_its_holder_named(asked: Shop) -> None:
    before = facts(asked)

    assert say(
        asked, "address: eve@beta.example\naddress: bob@acme.example\naddress: carl@kestrel.example"
    ) == [
        "eve@beta.example is the address of eve of Beta (contact 2) already; nothing was changed",
        "bob@acme.example is his already; nothing was changed",
        "carl@kestrel.example is one of us, no customer's",
    ]
    assert facts(asked) == before


def test_roles_are_said_by_name_or_address_for_a_deal_or_for_all(asked: Shop) -> None:
    told = say(
        asked,
        "role decision maker: bob\nbilling: Ina Vos <ina@acme.example> always\nsignatory: ina\nrole technical: ina",
    )

    assert told == [
        "bob is decision maker of Licences for Acme; to undo: role decision maker: not bob",
        "Ina Vos is billing of every deal of Acme; to undo: role billing: not Ina Vos always",
        "Ina Vos is signatory of Licences for Acme; to undo: role signatory: not Ina Vos",
        "Ina Vos is technical of Licences for Acme; to undo: role technical: not Ina Vos",
    ]
    assert facts(asked)[1:] == [
        "person: bob (decision maker); bob@acme.example",
        "person: Ina Vos (billing, signatory, technical); ina@acme.example",
    ]
    assert say(asked, "role technical: not Ina Vos") == [
        "Ina Vos is no longer technical of Licences for Acme; to undo: role technical: Ina Vos"
    ]


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("role boss: bob", "'boss' is no role; they are decision maker, signatory, billing, technical"),
        ("role signatory bob", "no role is said; they are decision maker"),
        ("signatory: Zoe", "who is 'Zoe'? On Licences for Acme I know bob"),
        ("signatory: carl@kestrel.example", "carl@kestrel.example is one of us"),
        ("kind: pirate", "'pirate' is no kind; they are prospect, customer, partner, supplier"),
        ("domain: gmail.com", "anybody can have an address at gmail.com"),
        ("domain: beta.example", "beta.example is the domain of Beta (organization 2) already"),
        ("domain: co.uk", "'co.uk' is no domain of a company"),
        ("domain: kestrel.example", "kestrel.example is our own domain"),
        ("vat: NL001234567B02", "'NL001234567B02' is no VAT number: its checksum is wrong"),
        ("phone: 12", "'12' is no telephone number that can exist"),
        ("address: bob", "'bob' is no mail address"),
        ("field colour: red", "'colour' is no field; they are size (organization, number), budget"),
        ("field size: many", "'many' does not fit size, which takes a number"),
        ("field budget: 100", "budget is a field of the opportunity, and Licences for Acme has none"),
    ],
)
def test_what_cannot_be_is_refused_with_what_would_be_right(asked: Shop, words: str, answer: str) -> None:
    before = facts(asked)

    assert say(asked, words)[0].startswith(answer)
    assert facts(asked) == before


def test_the_company_is_described_and_each_receipt_shows_the_undo(asked: Shop) -> None:
    told = say(
        asked,
        "company: Acme Retail\nkind: partner\nparent: Acme Holding\ndomain: www.acme.nl\nvat: NL 8234.56.789.B01\n"
        "phone: 020 624 1111\nfield Number of employees: 1,200",
    )

    assert told == [
        "Acme is called Acme Retail; to undo: company: Acme",
        "Acme Retail is a partner; to undo: kind: prospect",
        "Acme Retail belongs to Acme Holding",
        "whoever writes from acme.nl is of Acme Retail from now on",
        "'NL 8234.56.789.B01' is no VAT number: its checksum is wrong, or its country is missing in front;"
        " nothing was changed",
        "the telephone number of bob is +31206241111",
        "Number of employees of the organization of Licences for Acme is 1200; to undo: field size: none",
    ]
    assert facts(asked) == [
        "company: Acme Retail; partner; of Acme Holding; acme.example, acme.nl",
        "person: bob; bob@acme.example; +31206241111",
        "Number of employees: 1200",
    ]


def test_a_vat_number_whose_checksum_is_right_is_kept_in_its_one_form(asked: Shop) -> None:
    assert say(asked, "vat: DE 136 695 976") == ["the VAT number of Acme is DE136695976"]


def test_a_sentence_that_begins_so_is_a_note(asked: Shop) -> None:
    assert say(asked, "Kind regards, Anna") == []
    assert say(asked, "Phone him tomorrow") == []
    assert say(asked, "Company policy says no") == []


def test_nobody_says_it_in_her_name(asked: Shop) -> None:
    """V10: neither a stranger nor the customer himself."""
    before = facts(asked)
    answered = asked.notices()[0].message_id
    for sender in (ANNA, "bob@acme.example"):
        words = "kind: partner\naddress: bob@other.example\nsignatory: bob"
        deliver(asked.office, Mail(words, sender, answers=answered, proof=None))
    asked.react()

    assert facts(asked) == before


@pytest.mark.parametrize(
    ("words", "kind", "name"),
    [
        ("We would like to renegotiate our licence agreement.", "renegotiation", "Acme - REFORHANDLING"),
        ("We want to upgrade our licences to the next tier.", "upgrade", "Acme upgrade"),
    ],
)
def test_a_further_deal_has_the_kind_that_its_mail_asks_for(
    shop: Shop, words: str, kind: str, name: str
) -> None:
    """OP-3."""
    shop.customer("We need licences.")
    shop.anna("quote 20 x standard", answers=shop.notices()[0].message_id)
    message = shop.customer(words, subject="Our agreement")
    with shop.office.work("matter", actor="user:anna") as work:
        kept = lock_message(work.session, message.id)
        box = start_matter(work, kept, work.settings.user_by_key("anna"))
        deal = opportunity_of_box(work.session, box.id)
        assert (deal.kind, deal.name, box.name) == (kind, name, name)


def test_a_partner_names_his_end_user(asked: Shop) -> None:
    assert say(asked, "end-user: Gamma B.V.") == [
        "Acme buys for Gamma B.V., and Licences for Acme is called Acme - Gamma B.V."
    ]
