"""Each of our people has his own calendar, clock and hours: when something is due for him (LD-6)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from inboxcrm.base.own_time import (
    after_working_time,
    is_at_work,
    next_business_day_of,
    same_day_of,
    workdays_of,
)
from inboxcrm.base.settings import User
from inboxcrm.base.settings_team import FreeDays
from tests.build import the_settings

PLACES = {
    "nl": {},
    "us": {"country": "US-NY", "time_zone": "America/New_York"},
    "de": {"country": "DE-BY", "time_zone": "Europe/Berlin", "hours": "08:00-16:00"},
}


def user(place: str, **more: object) -> User:
    facts = {"key": place, "name": place, "address": f"{place}@kestrel.example", "role": "sdr"}
    return User(**(facts | PLACES[place] | more))


def at(local: str, zone: str = "Europe/Amsterdam") -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("place", "came", "due"),
    [
        ("nl", "2026-11-20 15:00", "2026-11-23 15:00"),  # over a weekend
        ("nl", "2026-11-21 11:00", "2026-11-23 11:00"),  # on a Saturday
        ("nl", "2026-12-24 09:00", "2026-12-28 09:00"),  # over Christmas
        ("us", "2026-11-25 10:00", "2026-11-27 10:00"),  # over Thanksgiving
        ("de", "2026-11-24 10:00", "2026-11-25 10:00"),
        ("de", "2027-01-05 10:00", "2027-01-07 10:00"),  # Epiphany is free in Bavaria, not in the Netherlands
        ("nl", "2027-01-05 10:00", "2027-01-06 10:00"),
        ("nl", "2027-03-26 10:00", "2027-03-30 10:00"),  # over Easter, when summer time begins
        ("us", "2026-10-30 10:00", "2026-11-02 10:00"),  # over the end of summer time in New York
    ],
)
def test_due_at_the_same_clock_time_of_his_own_next_business_day(
    tmp_path: Path, place: str, came: str, due: str
) -> None:
    who = user(place)
    zone = who.time_zone or "Europe/Amsterdam"

    assert next_business_day_of(the_settings(tmp_path), who, at(came, zone)) == at(due, zone)


def test_a_lead_of_one_moment_is_due_at_each_reps_own_clock(tmp_path: Path) -> None:
    """Friday 23:30 in Amsterdam is Friday 17:30 in New York: each Monday by the own clock, the same moment."""
    came = at("2026-11-20 23:30")

    assert next_business_day_of(the_settings(tmp_path), user("nl"), came) == at("2026-11-23 23:30")
    assert next_business_day_of(the_settings(tmp_path), user("us"), came) == at(
        "2026-11-23 17:30", "America/New_York"
    )


@pytest.mark.parametrize(
    ("came", "due"),
    [
        ("2026-11-24 10:00", "2026-11-24 16:00"),
        ("2026-11-24 15:30", "2026-11-24 16:30"),  # an hour at least
        ("2026-11-24 20:00", "2026-11-24 21:00"),
        ("2026-11-24 23:30", "2026-11-25 16:00"),
        ("2026-11-21 10:00", "2026-11-23 10:00"),  # never later than any other lead
        ("2026-11-21 18:00", "2026-11-23 16:00"),
    ],
)
def test_what_is_big_is_due_the_same_day(tmp_path: Path, came: str, due: str) -> None:
    berlin = "Europe/Berlin"

    assert same_day_of(the_settings(tmp_path), user("de"), at(came, berlin)) == at(due, berlin)


@pytest.mark.parametrize(
    ("since", "hours", "until"),
    [
        ("2026-11-24 10:00", 2, "2026-11-24 12:00"),
        ("2026-11-24 15:00", 2, "2026-11-25 09:00"),  # an hour today, an hour tomorrow
        ("2026-11-24 22:00", 2, "2026-11-25 10:00"),
        ("2026-11-20 15:00", 12, "2026-11-24 11:00"),  # 1 + 8 + 3, without the weekend
        ("2026-11-24 10:00", 0, "2026-11-24 10:00"),
    ],
)
def test_two_hours_of_his_working_time(tmp_path: Path, since: str, hours: int, until: str) -> None:
    berlin = "Europe/Berlin"
    span = timedelta(hours=hours)

    assert after_working_time(the_settings(tmp_path), user("de"), at(since, berlin), span) == at(
        until, berlin
    )


def test_the_firms_own_days_off_and_worked_holidays_count(tmp_path: Path) -> None:
    own = FreeDays(days_off=(date(2026, 11, 24),))
    dutch = FreeDays(country="NL", worked=(date(2026, 12, 25),))
    settings = the_settings(tmp_path, calendar=(own, dutch))

    assert not workdays_of(settings, user("us")).is_workday(date(2026, 11, 24))
    assert workdays_of(settings, user("nl")).is_workday(date(2026, 12, 25))
    assert not workdays_of(settings, user("us")).is_workday(date(2026, 12, 25))


def test_who_works_now(tmp_path: Path) -> None:
    settings = the_settings(tmp_path)

    moment = at("2026-11-24 15:00")

    assert [is_at_work(settings, user(place), moment) for place in PLACES] == [True, True, True]
    assert [is_at_work(settings, user(place), at("2026-11-24 21:00")) for place in PLACES] == [
        False, True, False,
    ]  # fmt: skip
    assert not is_at_work(settings, user("nl"), at("2026-11-22 11:00"))
