"""Business hours pass only while somebody works; hours pass always (LD-6, EM-6)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from inboxcrm.base.business_time import WorkingTime, working_time_of
from inboxcrm.base.workdays import Workdays
from tests.build import the_settings

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
DUTCH = WorkingTime(Workdays("NL"), AMSTERDAM, (time(9), time(17, 30)))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "hours", "due"),
    [
        ("2026-11-23 10:00", 4, "2026-11-23 14:00"),  # a Monday
        ("2026-11-23 13:30", 4, "2026-11-23 17:30"),
        ("2026-11-23 16:30", 4, "2026-11-24 12:00"),
        ("2026-11-23 06:00", 1, "2026-11-23 10:00"),
        ("2026-11-27 17:00", 4, "2026-11-30 12:30"),  # over a weekend
        ("2026-11-28 12:00", 4, "2026-11-30 13:00"),  # on a Saturday
        ("2026-12-24 17:00", 1, "2026-12-28 09:30"),  # both days of Christmas are free, then a weekend
        ("2026-10-23 17:00", 1, "2026-10-26 09:30"),  # summer time ends on Sunday
        ("2026-03-27 17:00", 1, "2026-03-30 09:30"),  # and begins
        ("2026-11-24 10:00", -4, "2026-11-23 14:30"),
        ("2026-11-23 08:00", -4, "2026-11-20 13:30"),
        ("2026-11-23 13:00", -4, "2026-11-23 09:00"),
    ],
)
def test_business_hours_skip_nights_weekends_and_holidays(at: str, hours: int, due: str) -> None:
    assert DUTCH.add_hours(local(at), timedelta(hours=hours)) == local(due)


def test_business_hours_back_undo_business_hours() -> None:
    for minutes in range(0, 7 * 24 * 60, 47):
        at = local("2026-11-23 00:00") + timedelta(minutes=minutes)
        span = timedelta(hours=11, minutes=20)
        there = DUTCH.add_hours(at, span)
        assert DUTCH.add_hours(DUTCH.add_hours(there, -span), span) == there


def test_in_the_night_of_summer_time_a_night_shift_works_the_hours_that_pass() -> None:
    """Sunday counts as worked here: from 00:00 to 08:00 seven hours pass in March, nine in October."""
    night = WorkingTime(
        Workdays(None, worked=[date(2026, 3, 29), date(2026, 10, 25)]),
        AMSTERDAM,
        (time(0), time(8)),
    )
    assert night.add_hours(local("2026-03-29 00:00"), timedelta(hours=7)) == local("2026-03-29 08:00")
    assert night.add_hours(local("2026-10-25 00:00"), timedelta(hours=9)) == local("2026-10-25 08:00")


def test_business_days_keep_the_clock_time() -> None:
    assert DUTCH.add_days(local("2026-10-23 16:20"), 1) == local("2026-10-26 16:20")
    assert DUTCH.add_days(local("2026-11-30 16:20"), -3) == local("2026-11-25 16:20")


def test_where_nobody_ever_works_hours_are_plain_ones() -> None:
    idle = WorkingTime(Workdays(None, _All()), AMSTERDAM, (time(9), time(17)))
    assert idle.add_hours(local("2026-11-23 10:00"), timedelta(hours=4)) == local("2026-11-23 14:00")


class _All(list):
    """Every day of two years."""

    def __init__(self) -> None:
        super().__init__(date(2026, 1, 1) + timedelta(days=number) for number in range(-300, 900))


def test_each_has_his_own_working_time_and_the_company_has_one(tmp_path: Path) -> None:
    settings = the_settings(tmp_path)
    user = settings.user_by_key("anna").model_copy(
        update={"country": "DE-BY", "time_zone": "Europe/Berlin", "hours": "08:00-12:00"}
    )

    theirs, ours = working_time_of(settings, user), working_time_of(settings, None)

    assert theirs.hours == (time(8), time(12))
    assert ours.zone == AMSTERDAM
    epiphany = date(2027, 1, 6)
    assert (theirs.workdays.is_workday(epiphany), ours.workdays.is_workday(epiphany)) == (False, True)
