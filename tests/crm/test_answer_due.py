"""Whoever writes to us is answered within a business day, as LD-6 counts; big ones the same day (EM-6)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from inboxcrm.base.money import Money
from inboxcrm.base.settings import Settings
from inboxcrm.base.settings_leads import BigFrom, Leads
from inboxcrm.base.work import Office
from inboxcrm.crm.forecast import say_amount
from inboxcrm.crm.owed.records import OwedAnswer
from inboxcrm.crm.store import opportunity_of_box
from inboxcrm.rules.book import RuleBook
from inboxcrm.rules.facts import facts_of
from tests.build import ANNA, HandClock, Mail, deliver, on_both_databases
from tests.commands.shop import STARTER, Shop


def at(day: int, clock: str) -> datetime:
    hour, minute = clock.split(":")
    return datetime(2026, 11, day, int(hour), int(minute), tzinfo=UTC)


def due_of(shop: Shop, box_id: int) -> datetime | None:
    with Session(shop.office.engine) as session:
        clock = session.get(OwedAnswer, box_id)
        return clock.due_at if clock else None


def fact(shop: Shop, box_id: int) -> object:
    with Session(shop.office.engine) as session:
        deal = opportunity_of_box(session, box_id)
        assert deal is not None
        return facts_of(session, "opportunity", deal.id)["answer_due_at"]


@on_both_databases
def test_a_customers_mail_is_due_by_the_same_clock_time_of_the_next_business_day(shop: Shop) -> None:
    """Friday afternoon is due on Monday afternoon, Saturday morning on Monday morning; our answer ends it."""
    shop.quoted()
    box_id = 1
    shop.clock.at = at(27, "15:00")  # a Friday
    shop.customer("When can you deliver?", subject="Re: Licences for Acme")

    assert due_of(shop, box_id) == at(30, "15:00")
    assert fact(shop, box_id) == at(30, "15:00")

    shop.clock.at = at(28, "09:00")
    shop.customer("Are you there?", subject="Re: Licences for Acme")
    assert due_of(shop, box_id) == at(30, "15:00")  # the first of them counts

    shop.clock.at = at(30, "08:00")
    shop.anna_writes_to_the_customer()
    assert fact(shop, box_id) is None
    shop.clock.move(hours=1)
    shop.customer("Thanks! And the invoice?", subject="Re: Licences for Acme")
    assert due_of(shop, box_id) == at(30, "09:00").replace(month=12, day=1)


def test_mere_thanks_are_owed_no_answer(shop: Shop) -> None:
    """IN-13."""
    shop.quoted()
    shop.clock.move(hours=1)
    shop.customer("Thanks!", subject="Re: Licences for Acme")

    assert fact(shop, 1) is None


def test_a_big_deal_is_answered_the_same_day(
    make_office: Callable[[Settings], Office], settings: Settings, clock: HandClock
) -> None:
    """From the amount of `[leads] big_from`: by the end of the owner's working day."""
    big = settings.model_copy(update={"leads": Leads(big_from=BigFrom(amount=5000))})
    shop = _Shop(make_office(big), clock, RuleBook(STARTER).open())
    shop.quoted()
    with shop.office.work("test", actor="test") as work:
        deal = opportunity_of_box(work.session, 1)
        assert deal is not None
        say_amount(work, deal, Money(600_000, "EUR"))
    shop.clock.at = at(24, "10:00")
    shop.customer("When can you deliver?", subject="Re: Licences for Acme")

    assert due_of(shop, 1) == at(24, "16:30")  # 17:30 in Amsterdam


@pytest.fixture
def shop(office: Office, clock: HandClock) -> Shop:
    return _Shop(office, clock, RuleBook(STARTER).open())


class _Shop(Shop):
    def anna_writes_to_the_customer(self) -> None:
        mail = Mail("In two weeks.", ANNA, to="bob@acme.example", subject="Re: Licences for Acme", proof=None)
        deliver(self.office, mail, account=ANNA, folder="Sent")
        self.react()
