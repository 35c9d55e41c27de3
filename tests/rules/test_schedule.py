"""A schedule is due at the clock times it names, workdays, missed ticks and summer time minded."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from inboxcrm.base.workdays import Workdays
from inboxcrm.rules.schedule import BadSchedule, first_due_after, latest_due, parse_schedule

BERLIN = ZoneInfo("Europe/Berlin")
GERMANY = Workdays("DE")


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("schedule", "now", "latest", "following"),
    [
        ("workday 07:00", "2026-11-23 07:00", "2026-11-23 07:00", "2026-11-24 07:00"),
        ("workday 07:00", "2026-11-22 12:00", "2026-11-20 07:00", "2026-11-23 07:00"),
        ("workday 07:00", "2026-12-25 12:00", "2026-12-24 07:00", "2026-12-28 07:00"),
        ("daily 23:30", "2026-11-22 23:29", "2026-11-21 23:30", "2026-11-22 23:30"),
        ("Monday 7:00", "2026-11-23 06:59", "2026-11-16 07:00", "2026-11-23 07:00"),
        ("monthly last workday 16:00", "2026-11-23 10:00", "2026-10-30 16:00", "2026-11-30 16:00"),
        ("monthly first workday 08:00", "2026-11-02 08:00", "2026-11-02 08:00", "2026-12-01 08:00"),
        ("hourly", "2026-11-22 10:59", "2026-11-22 10:00", "2026-11-22 11:00"),
        ("every 10 minutes", "2026-11-22 10:50", "2026-11-22 10:50", "2026-11-22 11:00"),
        ("every 90 minutes", "1970-01-01 02:45", "1970-01-01 02:30", "1970-01-01 04:00"),
    ],
)
def test_the_latest_due_moment_and_the_next_one(schedule: str, now: str, latest: str, following: str) -> None:
    parsed = parse_schedule(schedule)

    assert latest_due(parsed, berlin(now), BERLIN, GERMANY) == berlin(latest)
    assert first_due_after(parsed, berlin(now), BERLIN, GERMANY) == berlin(following)


def test_seven_in_the_morning_stays_seven_by_the_clock_when_summer_time_ends() -> None:
    daily = parse_schedule("daily 07:00")
    saturday = latest_due(daily, datetime(2026, 10, 24, 12, tzinfo=UTC), BERLIN, GERMANY)
    sunday = latest_due(daily, datetime(2026, 10, 25, 12, tzinfo=UTC), BERLIN, GERMANY)

    assert saturday == datetime(2026, 10, 24, 5, tzinfo=UTC)
    assert sunday == datetime(2026, 10, 25, 6, tzinfo=UTC)


def test_a_clock_time_that_summer_time_skips_is_due_an_hour_later_and_one_that_comes_twice_is_due_once() -> (
    None
):
    daily = parse_schedule("daily 02:30")
    in_march = [
        latest_due(daily, datetime(2026, 3, 29, 0, tzinfo=UTC) + timedelta(minutes=m), BERLIN, GERMANY)
        for m in (89, 90)
    ]
    in_october = {
        latest_due(daily, datetime(2026, 10, 25, 0, 30, tzinfo=UTC) + timedelta(minutes=m), BERLIN, GERMANY)
        for m in range(0, 180, 10)
    }

    assert in_march == [datetime(2026, 3, 28, 1, 30, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)]
    assert in_october == {datetime(2026, 10, 25, 0, 30, tzinfo=UTC)}


def test_after_a_year_of_ticks_each_workday_was_due_once() -> None:
    workday = parse_schedule("workday 07:00")
    start = datetime(2026, 1, 1, tzinfo=UTC)
    due = [latest_due(workday, start + timedelta(hours=6 * tick), BERLIN, GERMANY) for tick in range(4 * 365)]
    days = {moment.astimezone(BERLIN).date() for moment in due if moment}

    assert due == sorted(due, key=lambda moment: moment or start)
    assert {moment.astimezone(BERLIN).strftime("%H:%M") for moment in due if moment} == {"07:00"}
    assert len(days - {date(2025, 12, 31)}) == 254


def test_a_schedule_that_no_day_answers_to_is_never_due() -> None:
    all_free = Workdays(None, [date(2026, 1, 1) + timedelta(days=n) for n in range(-500, 500)])

    assert (
        latest_due(parse_schedule("workday 07:00"), datetime(2026, 1, 1, tzinfo=UTC), UTC, all_free) is None
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("workdays 07:00", "did you mean 'workday'"),
        ("mondy 07:00", "did you mean 'monday'"),
        ("monthly last 16:00", "did you mean 'monthly last workday'"),
        ("workday 25:00", "from 00:00 to 23:59"),
        ("workday", "write such as 'workday 07:00'"),
        ("every 0 minutes", "between 1 and 1440"),
        ("hourlie", "did you mean 'hourly'"),
        ("fortnight 07:00", "the days are daily, workday"),
    ],
)
def test_what_is_no_schedule_is_told_with_what_to_write(text: str, said: str) -> None:
    with pytest.raises(BadSchedule, match=said):
        parse_schedule(text)
