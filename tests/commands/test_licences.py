"""`licences:` says how many licences a deal is about (RN-2)."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.base.records import Event
from inboxcrm.crm.records import Opportunity
from tests.commands.shop import Shop


@pytest.fixture
def told(shop: Shop) -> str:
    """A deal of Anna's, quoted; the notice that she answers."""
    shop.quoted()
    return str(shop.notice().message_id)


def deal(shop: Shop) -> Opportunity:
    with Session(shop.office.engine, expire_on_commit=False) as session:
        return session.scalars(select(Opportunity)).one()


def line(shop: Shop, words: str, told: str) -> tuple[bool, str]:
    [said] = shop.anna(words, answers=told)["lines"]
    return bool(said["is_done"]), str(said["text"])


def test_both_counts_are_said_in_one_line_and_the_amount_stays(shop: Shop, told: str) -> None:
    """V9: counts of licences are not money."""
    worth = deal(shop).amount_minor

    done, text = line(shop, "licences: 50 to 40", told)

    assert (done, text) == (True, f"{deal(shop).name} is about 40 licences, before 50")
    assert (deal(shop).units_before, deal(shop).units, deal(shop).amount_minor) == (50, 40, worth)


def test_a_correction_names_what_goes_back_and_is_in_the_history(shop: Shop, told: str) -> None:
    """MG-8."""
    line(shop, "licences: 50 to 40", told)

    _, text = line(shop, "licences: 38", told)

    assert text.endswith("is about 38 licences, before 50; to undo: licences: 50 to 40")
    with Session(shop.office.engine) as session:
        changes = session.scalars(select(Event).where(Event.kind == "opportunity.changed").order_by(Event.id))
        assert [(one.payload["old"], one.payload["new"]) for one in changes] == [
            (None, "40 licences, before 50"),
            ("40 licences, before 50", "38 licences, before 50"),
        ]


@pytest.mark.parametrize("words", ["many", "50 to many", "-5", "40 %", "5,5", "99999999", "1 to 2 to 3"])
def test_what_is_no_count_changes_nothing(shop: Shop, told: str, words: str) -> None:
    done, text = line(shop, f"licences: {words}", told)

    assert (done, deal(shop).units) == (False, None)
    assert "licences: 50 to 40" in text


def test_an_outsider_says_nothing_of_counts(shop: Shop, told: str) -> None:
    """Nobody acts in another's name: a customer's line is a mail, not a command."""
    shop.customer("licences: 50 to 1", answers=told)

    assert deal(shop).units is None
