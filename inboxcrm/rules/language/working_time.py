"""Working time and the day of a moment, as conditions reckon with them.

Whose working time counts is handed in (V12): that of a record's owner, or the company's. `Calendars` is what the
compilers ask; `rules/calendars.py` makes one of the settings. A forged date must not make a calendar of the year 9999:
beyond the years 1950 to 2150 time is plain time, and what leaves Python's years stays at their ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from inboxcrm.base.business_time import WorkingTime
from inboxcrm.base.workdays import Workdays

FIRST = datetime.min.replace(tzinfo=UTC)
LAST = datetime.max.replace(tzinfo=UTC)
LONGEST_COUNT = timedelta(days=3660)  # how far hours_between counts
_YEARS = range(1950, 2151)
_DAY = timedelta(days=1)
_NOTHING = timedelta(0)
_PLAIN_HOURS = (time(9), time(17, 30))


def shift_time(moment: datetime, duration: timedelta) -> datetime:
    """Add a duration; beyond the calendar's ends stay at the end (a forged date must not stop a sweep)."""
    try:
        return moment + duration
    except OverflowError:
        return LAST if duration > _NOTHING else FIRST


def shift_day(day: date, duration: timedelta) -> date:
    """Add whole days; beyond the calendar's ends stay at the end."""
    try:
        return day + duration
    except OverflowError:
        return date.max if duration > _NOTHING else date.min


def after_hours(working: WorkingTime, at: datetime, hours: int) -> datetime:
    """Return the moment at which so many hours were worked since (or, if negative, will be until) a moment."""
    span = timedelta(hours=hours)
    return working.add_hours(at, span) if at.year in _YEARS else shift_time(at, span)


def after_days(working: WorkingTime, at: datetime, count: int) -> datetime:
    """Return the same clock time so many workdays later, or earlier."""
    return working.add_days(at, count) if at.year in _YEARS else shift_time(at, timedelta(days=count))


def after_workdays(working: WorkingTime, day: date, count: int) -> date:
    """Return the workday that is so many after a day, or before it."""
    if day.year not in _YEARS:
        return shift_day(day, timedelta(days=count))
    return working.workdays.add_workdays(day, count)


def hours_between(working: WorkingTime, start: datetime, end: datetime) -> timedelta:
    """Return how much working time lies between two moments, negative if the second is earlier.

    More than ten years count as ten.
    """
    if end < start:
        return -hours_between(working, end, start)
    if start.year not in _YEARS or end.year not in _YEARS:
        return min(end - start, LONGEST_COUNT)
    end = min(end, start + LONGEST_COUNT)
    day, last = start.astimezone(working.zone).date(), end.astimezone(working.zone).date()
    total = _NOTHING
    while day <= last:
        if working.workdays.is_workday(day):
            begins, ends = working.on(day)
            total += max(min(ends, end) - max(begins, start), _NOTHING)
        day += _DAY
    return total


def _plain_time() -> WorkingTime:
    return WorkingTime(Workdays(None), ZoneInfo("UTC"), _PLAIN_HOURS)


@dataclass(frozen=True, slots=True)
class Calendars:
    """The company's working time, and that of owners who have another one, by their keys."""

    company: WorkingTime = field(default_factory=_plain_time)
    owners: Mapping[str, WorkingTime] = field(default_factory=dict)

    @property
    def zone(self) -> tzinfo:
        """Return the zone whose days `today` and `date(time)` mean."""
        return self.company.zone

    def of_owner(self, owner: object) -> WorkingTime:
        """Return an owner's working time; of nobody, or of somebody unknown, the company's."""
        return self.owners.get(owner, self.company) if isinstance(owner, str) else self.company

    def groups(self) -> list[list[str]]:
        """Return the owners who have another working time, those with the same one together."""
        found: dict[WorkingTime, list[str]] = {}
        for owner, working in self.owners.items():
            if working != self.company:
                found.setdefault(working, []).append(owner)
        return list(found.values())

    def day_of(self, at: datetime) -> date:
        """Return the company's day of a moment."""
        try:
            return at.astimezone(self.zone).date()
        except OverflowError:
            return at.date()

    def start_of(self, day: date) -> datetime:
        """Return the first moment of a day, by the company's clock."""
        try:
            return datetime.combine(day, time(), self.zone).astimezone(UTC)
        except OverflowError:
            return FIRST if day.year < _YEARS.stop else LAST


PLAIN = Calendars()
