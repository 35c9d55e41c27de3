"""Dates in commands: `3 days`, `2 weeks`, `fri`, `tomorrow`, `3 dec`, `2026-12-03`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from inboxcrm.base.errors import Refused
from inboxcrm.commands.tongues.dates import readings_of
from inboxcrm.commands.tongues.reading import DAYS, MONTHS

SPAN = re.compile(r"^(?:in |for )?(\d{1,3}) ?(d|days?|w|weeks?|months?)$")
DAY_MONTH = re.compile(r"^(\d{1,2}) ([a-z]{3,9})$")
CLOCK = re.compile(r"(?:^|(?<= ))(?:at )?(\d{1,2})[:h](\d{2})$")
NUMBERS = re.compile(r"^(\d{1,2})[/.](\d{1,2})(\.)?$")
MORNING = time(8)
LONGEST = timedelta(days=2 * 366)


class DateUnclear(Refused):
    """Words that name no date."""

    def __init__(self, words: str) -> None:
        said = words.removeprefix("until").strip()
        super().__init__(
            f"{repr(said) + ' is no date' if said else 'no date is said'}; write such as: 3 days, 2 weeks, fri,"
            " tomorrow, 3 dec, 2026-12-03"
        )


class DateOver(Refused):
    """A date that is not ahead of us."""

    def __init__(self, words: str) -> None:
        super().__init__(f"{words!r} is not ahead of us; write such as: 3 days, fri, 3 dec")


class DateDouble(Refused):
    """A word that is one day in one of the team's languages and another in another."""

    def __init__(self, words: str) -> None:
        super().__init__(
            f"{words!r} can be two days in the languages of your team; write such as: fri, 3 dec, 2026-12-03"
        )


class DateFar(Refused):
    """A date so far ahead that it was hardly meant: what is put off until then is as good as lost."""

    def __init__(self, words: str) -> None:
        super().__init__(
            f"{words!r} is more than two years ahead; write such as: 3 months, 3 dec, 2026-12-03"
        )


def read_when(
    words: str, now: datetime, zone: ZoneInfo, country: str = "", languages: Iterable[str] = ()
) -> datetime:
    """Give the moment that words mean, aware UTC: the same time after a span of days, else that day at 08:00.

    A time of day may stand behind: `tomorrow 14:00`. In `3/12` the month is last, but not where the country is US.
    English goes first, then the team's languages (settings, `[commands]`).

    Raises DateUnclear, DateDouble, DateOver of a day long past, DateFar.
    """
    text = " ".join(words.lower().removeprefix("until ").split())
    today = now.astimezone(zone).date()
    english, *foreign = (_read_said(one, today, country) for one in readings_of(text, languages))
    found = [english] if english else [one for one in foreign if one]
    if not found:
        raise DateUnclear(words)
    if len(set(found)) > 1:
        raise DateDouble(words)
    day, clock, is_span = found[0]
    if day > today + LONGEST:
        raise DateFar(words)
    if day < today - LONGEST:
        raise DateOver(words)
    if is_span and clock is None:
        return now + (day - today)
    return datetime.combine(day, clock or MORNING, zone).astimezone(UTC)


def _read_said(text: str, today: date, country: str) -> tuple[date, time | None, bool] | None:
    """Give the day, the time of day, and whether it was said as a span; None if the words name no day."""
    text, clock = _without_clock(text.removeprefix("until "))
    text = _numbers_spelled(text, country)
    if span := SPAN.match(text):
        return today + timedelta(days=int(span[1]) * {"d": 1, "w": 7, "m": 30}[span[2][0]]), clock, True
    day = _read_day(text, today)
    return (day, clock, False) if day else None


def _without_clock(text: str) -> tuple[str, time | None]:
    """Part the time of day from a day: `fri 14:00`, `3 dec at 9:30`, `14:00` of today."""
    match = CLOCK.search(text)
    if match is None or int(match[1]) > 23 or int(match[2]) > 59:
        return text, None
    return text[: match.start()].strip() or "today", time(int(match[1]), int(match[2]))


def _numbers_spelled(text: str, country: str) -> str:
    """Give `3/12` or `3.12.` as the day and the month that they mean there."""
    match = NUMBERS.match(text)
    if match is None:
        return text
    day, month = (match[2], match[1]) if country == "US" and match[3] is None else (match[1], match[2])
    return f"{day} {MONTHS[int(month) - 1]}" if 1 <= int(month) <= 12 else text


def read_past_day(words: str, today: date, languages: Iterable[str] = ()) -> date | None:
    """Give the day that words mean, today or before: `yesterday`, `fri`, `20 nov`, `2026-11-20`; None if none."""
    said = " ".join(words.lower().split())
    english, *foreign = (_read_past(one, today) for one in readings_of(said, languages))
    days = {english} if english else {one for one in foreign if one}
    return days.pop() if len(days) == 1 else None


def _read_past(text: str, today: date) -> date | None:
    if text in ("today", "yesterday"):
        return today - timedelta(days=int(text == "yesterday"))
    day = _read_day(text, today)
    if day is None or text == "tomorrow":
        return day
    if DAY_MONTH.match(text) and day > today:
        return day.replace(year=day.year - 1)
    return day - timedelta(days=7) if day > today and not text[0].isdigit() else day


def _read_day(text: str, today: date) -> date | None:
    if text in ("today", "tomorrow"):
        return today + timedelta(days=int(text == "tomorrow"))
    if text.startswith("next ") and _place(text[5:], DAYS) is not None and len(text) >= 8:
        monday = today + timedelta(days=7 - today.weekday())
        return monday + timedelta(days=_place(text[5:], DAYS) or 0)
    if len(text) >= 3 and (weekday := _place(text, DAYS)) is not None:
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    try:
        if (match := DAY_MONTH.match(text)) and (month := _place(match[2], MONTHS)) is not None:
            this_year = date(today.year, month + 1, int(match[1]))
            return this_year if this_year > today else this_year.replace(year=today.year + 1)
        return date.fromisoformat(text)
    except ValueError:
        return None


def _place(start: str, names: tuple[str, ...]) -> int | None:
    """Give which of the names begins so: `fri` and `thurs`, but not `friends`."""
    return next((place for place, name in enumerate(names) if name.startswith(start)), None)
