"""A rep says where a lead came from and of which type it is, by one line of mail (IN-8)."""

from __future__ import annotations

import dataclasses

import pytest

from inboxcrm.base.settings_leads import Campaign, Leads
from inboxcrm.crm.store import lead_of_box
from tests.build import ANNA, Mail, deliver
from tests.commands.shop import Shop


@pytest.fixture
def named(shop: Shop) -> Shop:
    """A shop whose configuration names a source, two types and a campaign; a customer has asked."""
    changed = {
        "leads": Leads(sources=("Webinar",), types=("Tender", "Reseller")),
        "campaign": (Campaign(name="Spring fair"),),
    }
    settings = shop.office.settings.model_copy(update=changed)
    shop = Shop(dataclasses.replace(shop.office, settings=settings), shop.clock, shop.rules)
    shop.customer("We need licences.")
    return shop


def say(shop: Shop, words: str) -> list[str]:
    receipt = shop.anna(words, answers=shop.notices()[0].message_id)
    return [str(line["text"]) for line in receipt["lines"]]


def lead(shop: Shop) -> tuple[str, str | None, str | None]:
    with shop.office.reading() as session:
        found = lead_of_box(session, 1)
        assert found is not None
        return found.source, found.type, found.campaign


def test_what_is_said_stands_on_the_lead_and_the_receipt_shows_the_undo(named: Shop) -> None:
    told = say(named, "source: webinar\ntype: TENDER\ncampaign: spring  fair".replace("  ", " "))

    assert lead(named) == ("Webinar", "Tender", "Spring fair")
    assert told == [
        "the source of Licences for Acme is Webinar; to undo: source: Email",
        "the type of Licences for Acme is Tender",
        "the campaign of Licences for Acme is Spring fair",
    ]
    assert say(named, "type: reseller") == [
        "the type of Licences for Acme is Reseller; to undo: type: Tender"
    ]


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("source: moon", "'moon' is no source; they are Call, Email, Existing Customer, Partner"),
        ("type: pirate", "'pirate' is no type; they are Tender, Reseller"),
        ("campaign: autumn", "'autumn' is no campaign; they are Spring fair"),
        ("type:", "name the type; they are Tender, Reseller"),
    ],
)
def test_a_name_that_nobody_has_given_is_refused_with_those_that_there_are(
    named: Shop, words: str, answer: str
) -> None:
    before = lead(named)

    assert say(named, words)[0].startswith(answer)
    assert lead(named) == before


def test_a_company_that_names_no_types_is_told_so(shop: Shop) -> None:
    shop.customer("We need licences.")

    assert say(shop, "type: tender") == ["'tender' is no type; config.toml names none"]


def test_a_sentence_that_begins_so_is_a_note(named: Shop) -> None:
    """Only with a colon it is a command, and the line is its own: nothing in it is another command."""
    before = lead(named)

    assert say(named, "Type of licence is not known yet, 3 done") == []
    assert say(named, "source: webinar, 3 done")[0].startswith("'webinar, 3 done' is no source")
    assert lead(named) == before


def test_nobody_says_it_in_her_name(named: Shop) -> None:
    """V10."""
    before = lead(named)
    answered = named.notices()[0].message_id
    deliver(named.office, Mail("source: webinar", ANNA, answers=answered, proof=None))
    named.react()

    assert lead(named) == before
