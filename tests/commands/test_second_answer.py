"""Two people answering one customer: the second gets a notice at once, whatever order their copies are read in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from inboxcrm.crm.store import lead_of_box
from inboxcrm.ingest.records import Message
from tests.build import ANNA, BOB, HOUSE, Mail, deliver, letters
from tests.commands.shop import Shop

CARL = "carl@kestrel.example"


def answer(shop: Shop, sender: str, text: str) -> Message:
    """One of us answers Bob with the shared address in Cc, proven by DMARC."""
    message = deliver(shop.office, Mail(text, sender, to=BOB, cc=HOUSE, subject="Re: Licences"))
    shop.react()
    return message


def told(shop: Shop) -> list[tuple[str, str]]:
    """To whom the notices went that somebody was first, and what they say."""
    return [
        (letter.recipients[0].address, letter.facts["text"])
        for letter in letters(shop.office, "notice")
        if "has answered already" in letter.subject
    ]


@pytest.mark.parametrize("is_second_read_first", [False, True])
def test_the_second_who_answers_is_told_of_the_first(shop: Shop, is_second_read_first: bool) -> None:
    shop.customer("We need licences.")
    shop.clock.move(minutes=40)
    if is_second_read_first:
        answer(shop, CARL, "We can do that.")
        shop.clock.at -= timedelta(minutes=20)
        answer(shop, ANNA, "Of course.")
    else:
        shop.clock.at -= timedelta(minutes=20)
        answer(shop, ANNA, "Of course.")
        shop.clock.move(minutes=20)
        answer(shop, CARL, "We can do that.")

    [(address, text)] = told(shop)
    assert address == CARL
    assert "Of course." in text


def test_answers_to_different_mails_of_the_customer_are_no_double(shop: Shop) -> None:
    shop.customer("We need licences.")
    shop.clock.move(minutes=5)
    answer(shop, ANNA, "Of course.")
    shop.clock.move(minutes=5)
    shop.customer("And training?", message_id="second@acme.example")
    shop.clock.move(minutes=5)
    answer(shop, CARL, "Training too.")
    answer(shop, CARL, "One more thing.")

    assert told(shop) == []


def test_the_first_who_answers_a_lead_of_nobody_becomes_its_owner(shop: Shop) -> None:
    """IN-5, LD-1; whoever has it already keeps it."""
    first = deliver(shop.office, Mail("We need licences."))  # no rule has given it to anybody yet
    answer(shop, CARL, "I will see to it.")
    with Session(shop.office.engine) as session:
        assert lead_of_box(session, first.box_id).owner == "carl"

    second = shop.customer("We too.", sender="x@two.example")
    with Session(shop.office.engine) as session:
        owner = lead_of_box(session, second.box_id).owner
    deliver(shop.office, Mail("Hello", CARL if owner == "anna" else ANNA, to="x@two.example", cc=HOUSE))
    shop.react()
    with Session(shop.office.engine) as session:
        assert lead_of_box(session, second.box_id).owner == owner
