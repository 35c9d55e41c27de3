"""An answer from an address that nobody knows joins its deal; the rep's word makes the address the customer's (T5)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from inboxcrm.crm.store import contact_by_address
from inboxcrm.ingest.records import Message
from tests.build import BOB
from tests.commands.shop import Shop

OTHER = "bob.private@gmail.example"


def test_an_unknown_address_that_answers_us_joins_the_deal_and_is_asked_about(shop: Shop) -> None:
    quote = shop.quoted()
    answer = shop.customer("One question?", sender=OTHER, answers=quote.message_id)

    with Session(shop.office.engine) as session:
        assert session.get_one(Message, answer.id).box_id == 1
    assert f"Is {OTHER} another address of bob?" in [text for _, text in shop.tasks(1)]


def test_a_sender_that_nobody_vouches_for_is_not_asked_about(shop: Shop) -> None:
    """V10: a forger gets no chance to be taken for the customer."""
    quote = shop.quoted()
    shop.customer("One question?", sender=OTHER, answers=quote.message_id, proof=None)

    assert not [text for _, text in shop.tasks(1) if "another address" in text]


def test_yes_makes_it_an_address_of_the_customer(shop: Shop) -> None:
    quote = shop.quoted()
    shop.customer("Hello again, one question?", sender=OTHER, answers=quote.message_id)
    notice = next(x for x in reversed(shop.notices()) if "Who is this?" in x.subject)

    receipt = shop.anna("yes", answers=notice.message_id)

    assert f"{OTHER} is bob from now on" in receipt["lines"][0]["text"]
    with shop.office.reading() as session:
        assert contact_by_address(session, OTHER).id == contact_by_address(session, BOB).id
    later = shop.customer("A new thread of mine", sender=OTHER, subject="Something new")
    with Session(shop.office.engine) as session:
        assert session.get_one(Message, later.id).box_id == 1


def test_no_leaves_them_two_people(shop: Shop) -> None:
    quote = shop.quoted()
    shop.customer("Hello again, one question?", sender=OTHER, answers=quote.message_id)
    notice = next(x for x in reversed(shop.notices()) if "Who is this?" in x.subject)

    shop.anna("no", answers=notice.message_id)

    with shop.office.reading() as session:
        assert contact_by_address(session, OTHER).id != contact_by_address(session, BOB).id


def test_a_second_mail_of_that_address_asks_nothing_more(shop: Shop) -> None:
    quote = shop.quoted()
    for words in ("One question?", "And another?"):
        shop.customer(words, sender=OTHER, answers=quote.message_id)

    assert len([text for _, text in shop.tasks(1) if "another address" in text]) == 1
