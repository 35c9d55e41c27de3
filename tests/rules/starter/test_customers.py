"""What every team is told of customers who want to leave, have paid, or do not answer a quote (RN-13, RN-15, QU-9)."""

from __future__ import annotations

import pytest

from inboxcrm.base.work import Office
from inboxcrm.crm.opportunity import open_existing
from inboxcrm.crm.people import find_or_make_contact
from inboxcrm.outbox.records import Letter
from inboxcrm.rules.book import RuleBook
from inboxcrm.rules.starter_sets import STARTER
from inboxcrm.rules.sweep import run_due_rules
from inboxcrm.sales.kinds.invoice import finalise_due_invoices
from tests.build import BOB, HandClock, letters
from tests.commands.shop import Shop

CANCEL = "Please cancel our subscription at the end of the term."


@pytest.fixture
def shop(office: Office, clock: HandClock) -> Shop:
    return Shop(office, clock, RuleBook(STARTER).open())


def days_go_by(shop: Shop, days: int) -> None:
    for _ in range(days):
        shop.clock.move(days=1)
        run_due_rules(shop.office, shop.rules.current())
        shop.react()


def saving(shop: Shop, *boxes: int) -> list[str]:
    return [text for box in boxes for _, text in shop.tasks(box) if text.startswith("Save the deal")]


def test_who_cancels_is_to_be_called_once_it_is_known_of_what_he_speaks(shop: Shop) -> None:
    """RN-13: a mail that fits two deals makes its task on the one where a person files it."""
    first = shop.customer("We need licences.", subject="Licences")
    with shop.office.work("test", actor="test") as work:
        contact = find_or_make_contact(work, BOB, "Bob")
        second = open_existing(work, contact, name="Support contract", owner="anna").box.id
    shop.customer(CANCEL, subject="Our subscription")
    assert saving(shop, first.box_id, second) == []

    shop.anna("file Support", answers=shop.notice().message_id)

    [told] = saving(shop, second)
    assert "ask why they cancel" in told
    assert saving(shop, first.box_id) == []


def test_nothing_is_written_to_who_cancels_by_itself(shop: Shop) -> None:
    """RN-13: the mail that asks for the reason lies in Drafts, and leaves when its author sends it."""
    first = shop.customer("We need licences.", subject="Licences")
    shop.customer(CANCEL, subject="Re: Licences")

    assert len(saving(shop, first.box_id)) == 1
    assert all(letter.form == "draft" for letter in _letters_outside(shop))


def _letters_outside(shop: Shop) -> list[Letter]:
    return [one for one in letters(shop.office, "letter") if one.is_outside]


@pytest.mark.parametrize(("users", "told"), [("20 x standard", 0), ("21 x standard", 1)])
def test_two_weeks_after_a_large_payment_the_rep_asks_how_they_get_on(
    shop: Shop, users: str, told: int
) -> None:
    """RN-15: 20 x 49 = 980 is not over 1000, 21 x 49 = 1029 is; on the day before, nothing is there."""
    draft = shop.quoted(users)
    shop.customer("We accept.", subject="Re: Licences for Acme", answers=draft.message_id)
    shop.anna("invoice to Acme B.V., Damrak 1, 1012 LG Amsterdam, NL", answers=shop.notice().message_id)
    box = shop.documents("invoice")[0].box_id
    _finalise(shop)
    shop.user("fred", "paid", answers=shop.notice().message_id)

    days_go_by(shop, 13)
    assert [one for one in shop.tasks(box) if one[0] == "follow-up"] == []
    days_go_by(shop, 1)

    found = [text for kind, text in shop.tasks(box) if kind == "follow-up"]
    assert [text.startswith("Ask how they get on, two weeks after I-2026-0001") for text in found] == [
        True
    ] * told


def _finalise(shop: Shop) -> None:
    shop.clock.move(minutes=20)
    finalise_due_invoices(shop.office)
    shop.react()


def test_a_quote_that_is_answered_is_not_reminded_of(shop: Shop) -> None:
    """QU-9: thirty days it holds; on the twenty-seventh nobody is told, as it was accepted on the first."""
    draft = shop.quoted()
    shop.customer("We accept.", subject="Re: Licences for Acme", answers=draft.message_id)

    days_go_by(shop, 31)

    assert [one.subject for one in shop.notices() if "holds until" in one.subject] == []
