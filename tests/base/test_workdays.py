"""Business calendars know the holidays, and the same clock time of the next working day (LD-6)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from inboxcrm.base.workdays import UnknownCountry, Workdays

BERLIN = ZoneInfo("Europe/Berlin")


def test_holidays_of_the_country_and_of_its_part_are_free() -> None:
    all_saints = date(2027, 11, 1)

    assert Workdays("DE").is_workday(all_saints)
    assert not Workdays("DE-BY").is_workday(all_saints)
    assert not Workdays("DE").is_workday(date(2026, 12, 25))
    assert Workdays(None).is_workday(date(2026, 12, 25))


def test_the_firms_own_free_days_are_free() -> None:
    assert not Workdays("DE", [date(2026, 12, 24)]).is_workday(date(2026, 12, 24))
    assert Workdays(None, [date(2026, 12, 24)]).next_workday(date(2026, 12, 23)) == date(2026, 12, 25)


def test_the_weekend_is_the_countrys_own() -> None:
    friday, sunday = date(2026, 11, 20), date(2026, 11, 22)

    assert [Workdays("EG").is_workday(day) for day in (friday, sunday)] == [False, True]
    assert [Workdays("DE").is_workday(day) for day in (friday, sunday)] == [True, False]


def test_workdays_are_counted_over_weekends_and_holidays_in_both_directions() -> None:
    calendar = Workdays("DE")

    assert calendar.next_workday(date(2026, 12, 24)) == date(2026, 12, 28)
    assert calendar.add_workdays(date(2026, 12, 23), 3) == date(2026, 12, 29)
    assert calendar.add_workdays(date(2026, 12, 28), -1) == date(2026, 12, 24)
    assert calendar.add_workdays(date(2026, 12, 25), 0) == date(2026, 12, 25)


@pytest.mark.parametrize(
    ("came", "due"),
    [
        ("2026-11-23T09:15+01:00", "2026-11-24T09:15+01:00"),
        ("2026-11-20T16:40+01:00", "2026-11-23T16:40+01:00"),
        ("2026-11-21T10:00+01:00", "2026-11-23T10:00+01:00"),
        ("2026-10-23T09:00+02:00", "2026-10-26T09:00+01:00"),
        ("2026-11-22T23:30+00:00", "2026-11-24T00:30+01:00"),
    ],
)
def test_a_first_contact_is_due_at_the_same_clock_time_of_the_next_business_day(came: str, due: str) -> None:
    found = Workdays("DE").same_time_next_workday(datetime.fromisoformat(came).astimezone(UTC), BERLIN)

    assert found == datetime.fromisoformat(due)
    assert found.tzinfo is UTC


def test_a_country_without_a_calendar_is_told() -> None:
    with pytest.raises(UnknownCountry, match="'XX'; write an ISO code such as DE"):
        Workdays("XX")
