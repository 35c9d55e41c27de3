"""The forecast: four exact sums for each rep, team and the company; currencies apart without stated rates (MG-3)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from inboxcrm.base.errors import Refused
from inboxcrm.base.money import Money
from inboxcrm.base.settings import Settings
from inboxcrm.base.settings_forecast import Forecast
from inboxcrm.base.settings_team import Team
from inboxcrm.base.work import Work
from inboxcrm.crm.forecast import say_amount, say_close_day, say_commitment, say_probability
from inboxcrm.crm.hold import hold_opportunity
from inboxcrm.crm.opportunity import open_renewal
from inboxcrm.crm.records import Opportunity
from inboxcrm.crm.winning import win_opportunity
from inboxcrm.reports.forecast import forecast_for, period_named, plain, sums_of_period
from tests.build import an_opportunity, day, on_both_databases

TODAY = date(2026, 11, 23)


def a_deal(
    work: Work,
    number: int,
    minor: int | None = None,
    currency: str = "EUR",
    percent: int = 50,
    close: str = "2026-11-27",
    owner: str = "anna",
) -> Opportunity:
    deal = an_opportunity(work, f"bob@firm{number}.example", f"Deal {number}")
    if minor is not None:
        say_amount(work, deal, Money(minor, currency))
    if close:
        say_close_day(work, deal, day(close))
    say_probability(work, deal, percent, "they said so")
    deal.owner = deal.box.owner = owner
    work.session.flush()
    return deal


def told(work: Work, words: str = "month", user: str | None = None) -> dict:
    period = period_named(words, TODAY)
    reader = work.settings.user_by_key(user) if user else None
    return plain(
        forecast_for(work.settings, period, sums_of_period(work.session, work.settings, period), reader)
    )


@on_both_databases
def test_the_four_sums_of_a_month_are_exact_to_the_cent(work: Work) -> None:
    a_deal(work, 1, 99_999, percent=33)  # weighted 329.9967, rounded half up: 330.00
    sure = a_deal(work, 2, 100_001, percent=50)  # 500.005: 500.01
    say_commitment(work, sure, True)
    held = a_deal(work, 3, 500_000, percent=90)
    say_commitment(work, held, True)
    hold_opportunity(work, held, day("2026-11-26"))
    win_opportunity(work, a_deal(work, 4, 70_000, close="2027-05-01"))
    a_deal(work, 5, 900_000, close="2026-12-01")
    a_deal(work, 6, 900_000, close="")
    a_deal(work, 7, None)
    work.session.flush()

    company = told(work)["company"]

    assert company["weighted"] == {"EUR": "830.01"}
    assert company["best_case"] == {"EUR": "7000.00"}
    assert company["commit"] == {"EUR": "1000.01"}
    assert company["closed"] == {"EUR": "700.00"}
    assert {name: company[name] for name in ("deals", "won", "unpriced", "undated", "slipped")} == {
        "deals": 4, "won": 1, "unpriced": 1, "undated": 1, "slipped": 0,
    }  # fmt: skip


def test_a_renewal_that_sleeps_is_nowhere_until_it_wakes(work: Work) -> None:
    """RN-9."""
    won = a_deal(work, 1, 98_000)
    win_opportunity(work, won)
    renewal = open_renewal(work, won, wake_on=day("2026-11-25"), ends_on=day("2026-11-30"))
    work.session.flush()
    assert told(work)["company"]["best_case"] == {}

    renewal.box.is_asleep, renewal.wake_on = False, None
    work.session.flush()
    assert told(work)["company"]["best_case"] == {"EUR": "980.00"}


@on_both_databases
def test_currencies_stay_apart_without_stated_rates_and_none_is_converted_silently(work: Work) -> None:
    a_deal(work, 1, 100_00, "EUR")
    a_deal(work, 2, 1_000, "JPY")
    a_deal(work, 3, 1_234, "KWD")

    forecast = told(work)

    assert forecast["company"]["best_case"] == {"EUR": "100.00", "JPY": "1000", "KWD": "1.234"}
    assert forecast["company"]["weighted"] == {"EUR": "50.00", "JPY": "500", "KWD": "0.617"}
    assert forecast["rates"] == ""


def test_stated_rates_convert_and_are_told_what_has_none_stays_apart(work: Work) -> None:
    rates = Forecast(rates=("USD 0.915",), rates_on=date(2026, 11, 1))
    work.settings = work.settings.model_copy(update={"forecast": rates})
    a_deal(work, 1, 100_00, "EUR")
    a_deal(work, 2, 333_33, "USD")
    a_deal(work, 3, 1_000, "JPY")

    forecast = told(work)

    assert forecast["company"]["best_case"] == {"EUR": "405.00", "JPY": "1000"}  # 304.99695, half up
    assert forecast["rates"] == "at the rates of 1 November 2026: USD 1 = EUR 0.915"


def test_totals_are_the_sums_of_what_stands_above_them(work: Work) -> None:
    """V9: whoever adds up the reps gets the company, cent by cent, with rates and halves of cents too."""
    rates = Forecast(rates=("USD 0.3333",), rates_on=date(2026, 11, 1))
    work.settings = work.settings.model_copy(update={"forecast": rates})
    for number, owner in enumerate(("anna", "carl", "anna", "carl", "maria")):
        a_deal(work, number, 100_01 + number, "USD" if number % 2 else "EUR", percent=33, owner=owner)

    forecast = told(work)

    for measure in ("weighted", "best_case"):
        people = sum(Decimal(one[measure]["EUR"]) for one in forecast["people"])
        assert Decimal(forecast["company"][measure]["EUR"]) == people


def test_each_sees_only_what_he_may(work: Work) -> None:
    """MG-6: a rep his own, a lead his team, a director all."""
    teams = (
        Team(key="home", name="Home", lead="tess", members=("anna",)),
        Team(key="away", name="Away", lead="carl", members=("ben",)),
    )
    users = (*work.settings.user, *(one.model_copy(update=update) for one, update in _more(work.settings)))
    work.settings = work.settings.model_copy(update={"team": teams, "user": users})
    a_deal(work, 1, 100_00, owner="anna")
    a_deal(work, 2, 700_00, owner="ben")

    def seen(user: str) -> tuple[list[str], list[str], str | None]:
        forecast = told(work, user=user)
        people, named = [one["key"] for one in forecast["people"]], [one["key"] for one in forecast["teams"]]
        return people, named, forecast["company"]["best_case"].get("EUR")

    assert seen("anna") == (["anna"], [], "100.00")
    assert seen("tess") == (["anna"], ["home"], "100.00")
    assert seen("maria") == (["anna", "ben"], ["home", "away"], "800.00")
    assert seen("fred") == ([], [], None)


def _more(settings: Settings) -> list:
    anna = settings.user_by_key("anna")
    return [
        (anna, {"key": "tess", "name": "Tess", "role": "team_lead", "address": "tess@kestrel.example"}),
        (anna, {"key": "ben", "name": "Ben", "address": "ben@kestrel.example"}),
    ]


def test_what_should_have_closed_before_is_counted_and_in_no_sum(work: Work) -> None:
    deal = a_deal(work, 1, 100_00)
    deal.close_on = TODAY - timedelta(days=40)
    work.session.flush()

    company = told(work)["company"]
    assert (company["slipped"], company["best_case"]) == (1, {})


@pytest.mark.parametrize(
    ("words", "name", "until"),
    [
        ("month", "November 2026", "2026-12-01"),
        ("quarter", "Q4 2026", "2027-01-01"),
        ("year", "2026", "2027-01-01"),
        ("2026-12", "December 2026", "2027-01-01"),
        ("2027-Q1", "Q1 2027", "2027-04-01"),
        ("2027", "2027", "2028-01-01"),
    ],
)
def test_a_period_is_named_in_words_or_by_its_number(words: str, name: str, until: str) -> None:
    period = period_named(words, TODAY)
    assert (period.name, period.until_on) == (name, day(until))


@pytest.mark.parametrize("words", ["", "soon", "2026-13", "2026-00", "99999", "2026-q5", "0001"])
def test_what_is_no_period_is_refused_with_those_that_are(words: str) -> None:
    with pytest.raises(Refused, match="write month, quarter, year"):
        period_named(words, TODAY)
