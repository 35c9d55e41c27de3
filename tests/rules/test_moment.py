"""When a moment is: "60 days before close_on", "4 business hours after message.received"."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from inboxcrm.base.business_time import WorkingTime
from inboxcrm.base.workdays import Workdays
from inboxcrm.rules.moment import BadMoment, Moment, latest_day, latest_time, moment_at, read_moment

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
DUTCH = WorkingTime(Workdays("NL"), AMSTERDAM, (time(9), time(17, 30)))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM).astimezone(UTC)


def moment_of(text: str, *, is_day: bool = False) -> Moment:
    words = read_moment(text)
    return Moment(text, words.count, words.unit, words.anchor, is_day=is_day, clock=words.clock)


@pytest.mark.parametrize(
    ("text", "day", "due"),
    [
        ("60 days before close_on", "2027-01-22", "2026-11-23 07:00"),
        ("60 days before close_on at 09:30", "2027-01-22", "2026-11-23 09:30"),
        ("2 weeks after close_on", "2026-11-09", "2026-11-23 07:00"),
        ("1 month after close_on", "2027-01-31", "2027-02-28 07:00"),
        ("6 months before close_on", "2028-08-31", "2028-02-29 07:00"),
        ("2 business days before close_on", "2026-11-23", "2026-11-19 07:00"),
        ("2 business days after close_on", "2026-12-24", "2026-12-29 07:00"),
        ("on close_on", "2026-11-23", "2026-11-23 07:00"),
        ("on close_on at 16:00", "2026-11-23", "2026-11-23 16:00"),
        (
            "1 day after close_on at 02:30",
            "2026-03-28",
            "2026-03-29 03:30",
        ),  # the hour that summer time skips
        ("1 day after close_on at 02:30", "2026-10-24", "2026-10-25 02:30"),  # the first of the two
    ],
)
def test_a_moment_of_a_day_is_at_seven_or_when_it_says(text: str, day: str, due: str) -> None:
    assert moment_at(moment_of(text, is_day=True), DUTCH, date.fromisoformat(day)) == local(due)


@pytest.mark.parametrize(
    ("text", "at", "due"),
    [
        ("30 minutes before starts_at", "2026-11-23 10:00", "2026-11-23 09:30"),
        ("4 hours after message.received", "2026-11-27 16:00", "2026-11-27 20:00"),
        ("4 business hours after message.received", "2026-11-27 16:00", "2026-11-30 11:30"),
        ("1 day after lead.created", "2026-10-24 12:00", "2026-10-25 11:00"),  # 24 hours, as days(1) is
        ("1 business day after lead.created", "2026-10-23 12:00", "2026-10-26 12:00"),
        ("2 business days after quote.sent at 09:00", "2026-11-27 16:00", "2026-12-01 09:00"),
        ("1 month after invoice.paid", "2027-01-31 12:00", "2027-02-28 12:00"),
    ],
)
def test_a_moment_of_a_time(text: str, at: str, due: str) -> None:
    assert moment_at(moment_of(text), DUTCH, local(at)) == local(due)


SPANS = ("3 days", "2 weeks", "1 month", "5 business days", "13 months")


@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize("span", SPANS)
def test_the_window_ends_with_the_last_day_whose_moment_has_come_on_every_day_of_two_years(
    span: str, side: str
) -> None:
    moment = moment_of(f"{span} {side} close_on", is_day=True)
    for number in range(730):
        now = local("2026-01-01 06:59") + timedelta(days=number, hours=number % 24)
        day = latest_day(moment, DUTCH, now)
        assert moment_at(moment, DUTCH, day) <= now < moment_at(moment, DUTCH, day + timedelta(days=1))


@pytest.mark.parametrize(
    "text",
    [
        "4 business hours after x_at",
        "2 business days before x_at",
        "1 month after x_at",
        "2 days after x_at at 09:00",
    ],
)
def test_no_time_whose_moment_has_come_lies_outside_the_window(text: str) -> None:
    moment = moment_of(text)
    for number in range(60):
        now = local("2026-12-18 09:10") + timedelta(hours=5 * number)
        latest = latest_time(moment, DUTCH, now)
        later = [latest + timedelta(minutes=40 * n + 1) for n in range(200)]
        assert all(moment_at(moment, DUTCH, at) > now for at in later)
        assert moment_at(moment, DUTCH, latest - timedelta(days=2)) <= now


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("60 dais before close_on", "'dais' is no unit; did you mean 'days'?"),
        ("60 days befor close_on", "'befor' is no moment; did you mean 'before'?"),
        ("sixty days before close_on", "'sixty' is no number"),
        ("0 days before close_on", "write 1 to 3650"),
        ("60 days before", "names no date and no event"),
        (
            "60 days before close_on 09:00",
            "'09:00' cannot stand here; after it go 'at 09:00' and 'unless' only",
        ),
        ("60 days before close_on at 25:00", "'25:00' is no time"),
        ("4 hours after lead.created at 09:00", "leave 'at' out, or write days"),
        ("4 hours after lead.created unless ", "'unless' names nothing"),
        ("", "is no number"),
    ],
)
def test_what_is_no_moment_is_told_with_what_to_write(text: str, said: str) -> None:
    with pytest.raises(BadMoment, match=re.escape(said)):
        read_moment(text)
