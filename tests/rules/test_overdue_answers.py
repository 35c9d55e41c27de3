"""The starter rules that tell of an answer that is owed too long: its owner first, then who leads him (EM-6)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from inboxcrm.base.money import Money
from inboxcrm.base.settings import Settings
from inboxcrm.base.settings_leads import BigFrom, Leads
from inboxcrm.base.work import Office
from inboxcrm.crm.forecast import say_amount
from inboxcrm.crm.store import opportunity_of_box
from inboxcrm.rules.book import RuleBook
from inboxcrm.rules.starter_sets import STARTER
from inboxcrm.rules.sweep import run_due_rules
from tests.build import ANNA, HandClock, Mail, deliver, letters
from tests.commands.shop import Shop

OVERDUE, TOO_LONG = "Answer overdue", "No answer for a day too long"


def at(day: int, clock: str) -> datetime:
    """A moment of November 2026; in Amsterdam it is an hour later."""
    return datetime.fromisoformat(f"2026-11-{day} {clock}").replace(tzinfo=UTC)


def pass_to(shop: Shop, moment: datetime) -> None:
    """Let the time pass in steps that the schedules see."""
    while shop.clock.at < moment:
        shop.clock.move(minutes=15)
        run_due_rules(shop.office, shop.rules.current())


def told(shop: Shop, words: str) -> list[str]:
    return [str(one.user) for one in letters(shop.office, "notice") if one.subject.startswith(words)]


def test_its_owner_hears_of_a_late_answer_and_a_day_later_the_manager(shop: Shop) -> None:
    """A mail of Tuesday 10:00 is due on Wednesday 10:00; each is told once."""
    shop.clock.at = at(24, "09:00")
    shop.customer("When can you deliver?", subject="Re: Licences for Acme")

    pass_to(shop, at(25, "08:45"))
    assert (told(shop, OVERDUE), told(shop, TOO_LONG)) == ([], [])
    pass_to(shop, at(25, "10:00"))
    assert (told(shop, OVERDUE), told(shop, TOO_LONG)) == (["anna"], [])
    pass_to(shop, at(27, "10:00"))
    assert (told(shop, OVERDUE), told(shop, TOO_LONG)) == (["anna"], ["maria"])


def test_who_is_answered_in_time_is_nobodys_matter(shop: Shop) -> None:
    shop.clock.at = at(24, "09:00")
    shop.customer("When can you deliver?", subject="Re: Licences for Acme")
    pass_to(shop, at(25, "07:00"))
    mail = Mail("In two weeks.", ANNA, to="bob@acme.example", subject="Re: Licences for Acme", proof=None)
    deliver(shop.office, mail, account=ANNA, folder="Sent")
    shop.react()

    pass_to(shop, at(27, "10:00"))

    assert (told(shop, OVERDUE), told(shop, TOO_LONG)) == ([], [])


def test_of_a_big_deal_its_owner_hears_the_same_day(
    make_office: Callable[[Settings], Office], settings: Settings, clock: HandClock
) -> None:
    big = settings.model_copy(update={"leads": Leads(big_from=BigFrom(amount=5000))})
    shop = Shop(make_office(big), clock, RuleBook(STARTER).open())
    shop.quoted()
    with shop.office.work("test", actor="test") as work:
        deal = opportunity_of_box(work.session, 1)
        assert deal is not None
        say_amount(work, deal, Money(600_000, "EUR"))
    shop.clock.at = at(24, "10:00")
    run_due_rules(shop.office, shop.rules.current())
    shop.customer("When can you deliver?", subject="Re: Licences for Acme")

    pass_to(shop, at(24, "16:15"))
    assert told(shop, OVERDUE) == []
    pass_to(shop, at(24, "17:00"))
    assert told(shop, OVERDUE) == ["anna"]


@pytest.fixture
def shop(office: Office, clock: HandClock) -> Shop:
    shop = Shop(office, clock, RuleBook(STARTER).open())
    shop.quoted()
    run_due_rules(office, shop.rules.current())
    return shop
