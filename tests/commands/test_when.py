"""Dates as people write them; what is none, or over, is refused with an example."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from inboxcrm.commands.when import DateFar, DateOver, DateUnclear, read_when
from tests.build import START, HandClock
from tests.commands.shop import Shop

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def morning(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 8, tzinfo=AMSTERDAM).astimezone(UTC)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("3 days", START + timedelta(days=3)),
        ("for 1 day", START + timedelta(days=1)),
        ("2 weeks", START + timedelta(days=14)),
        ("in 2w", START + timedelta(days=14)),
        ("tomorrow", morning(2026, 11, 24)),
        ("fri", morning(2026, 11, 27)),
        ("until Friday", morning(2026, 11, 27)),
        ("thurs", morning(2026, 11, 26)),
        ("mon", morning(2026, 11, 30)),  # said on a Monday: the next one
        ("3 dec", morning(2026, 12, 3)),
        ("3 December", morning(2026, 12, 3)),
        ("3 may", morning(2027, 5, 3)),  # over for this year, and in summer time
        ("23 nov", morning(2027, 11, 23)),  # today
        ("2026-12-03", morning(2026, 12, 3)),
    ],
)
def test_words_that_name_a_date(words: str, expected: datetime) -> None:
    """A span keeps the clock time; a day begins at 08:00 of the company's zone."""
    assert read_when(words, START, AMSTERDAM) == expected


@pytest.mark.parametrize(
    "words",
    [
        "",
        "soon",
        "monthly",
        "money",
        "friends",
        "31 feb",
        "29 feb",
        "3 marbles",
        "m",
        "2026-13-01",
        "-3 days",
    ],
)
def test_what_names_no_date_is_refused_with_examples(words: str) -> None:
    with pytest.raises(DateUnclear, match="write such as: 3 days, 2 weeks, fri"):
        read_when(words, START, AMSTERDAM)


@pytest.mark.parametrize(("words", "told"), [("", "no date is said"), ("until", "no date is said"),
                                             ("until soon", "'soon' is no date")])  # fmt: skip
def test_what_is_told_names_the_words_of_the_date_alone(words: str, told: str) -> None:
    with pytest.raises(DateUnclear, match=f"^{told}; write such as: 3 days, 2 weeks, fri"):
        read_when(words, START, AMSTERDAM)


@pytest.mark.parametrize("words", ["9999-12-31", "2029-01-01", "999 months"])
def test_a_date_that_is_as_good_as_never_is_refused(words: str) -> None:
    with pytest.raises(DateFar, match="more than two years ahead"):
        read_when(words, START, AMSTERDAM)


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_the_first_of_all_days_is_over_in_every_zone(zone: str) -> None:
    """There is no moment before it, as which Tokyo's morning would be told in UTC."""
    with pytest.raises(DateOver):
        read_when("0001-01-01", START, ZoneInfo(zone))


def test_a_day_of_another_year_is_told_with_it(shop: Shop) -> None:
    shop.customer("We need licences.")

    [line] = shop.anna("snooze 2027-12-31", answers=shop.notice().message_id)["lines"]

    assert line["text"].startswith("put off until Friday 31 December 2027: ")


@pytest.mark.parametrize("words", ["2020-01-01", "0 days"])
def test_a_date_that_is_over_puts_nothing_off(shop: Shop, clock: HandClock, words: str) -> None:
    shop.customer("We need licences.")

    [line] = shop.anna(f"snooze {words}", answers=shop.notice().message_id)["lines"]

    assert (line["is_done"], "is not ahead of us" in line["text"]) == (False, True)
