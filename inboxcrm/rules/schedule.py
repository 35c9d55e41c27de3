"""When scheduled rules are due: "workday 07:00", "monday 09:30", "monthly last workday 16:00", "every 10 minutes".

Clock times are those of a zone, moments in and out are aware UTC. A clock time that summer time skips is due an hour
later by the clock on that day; one that comes twice is due at the first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from inboxcrm.base.workdays import Workdays
from inboxcrm.rules.fault import suggest_nearest

_DAY = timedelta(days=1)
_SEARCH_DAYS = 400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

IsDueOn = Callable[[date, Workdays], bool]


def _is_last_workday(day: date, workdays: Workdays) -> bool:
    return workdays.is_workday(day) and workdays.next_workday(day).month != day.month


def _is_first_workday(day: date, workdays: Workdays) -> bool:
    return workdays.is_workday(day) and workdays.add_workdays(day, -1).month != day.month


def _is_weekday(number: int) -> IsDueOn:
    return lambda day, _workdays: day.weekday() == number


DAYS: Mapping[str, IsDueOn] = {
    "daily": lambda _day, _workdays: True,
    "workday": lambda day, workdays: workdays.is_workday(day),
    **{name: _is_weekday(number) for number, name in enumerate(_WEEKDAYS)},
    "monthly first workday": _is_first_workday,
    "monthly last workday": _is_last_workday,
}


class BadSchedule(ValueError):
    """A text is no schedule; the message says what to write."""

    def __init__(self, text: str, remedy: str = "") -> None:
        forms = "write such as 'workday 07:00', 'monday 07:00', 'hourly' or 'every 10 minutes'"
        super().__init__(f"'{text}' is no schedule; {remedy or forms}")


@dataclass(frozen=True, slots=True)
class Schedule:
    """Either the days of a row of DAYS at a clock time, or every so often, counted from midnight UTC of 1970."""

    text: str
    days: str = ""
    at: time = time()
    interval: timedelta = timedelta(0)


def parse_schedule(text: str) -> Schedule:
    """Read a schedule. Raises BadSchedule."""
    words = " ".join(text.lower().split())
    if words == "hourly":
        return Schedule(words, interval=timedelta(hours=1))
    if found := re.fullmatch(r"every ([0-9]{1,4}) minutes?", words):
        if not 1 <= int(found[1]) <= 1440:
            raise BadSchedule(text, "between 1 and 1440 minutes can be had")
        return Schedule(words, interval=timedelta(minutes=int(found[1])))
    found = re.fullmatch(r"([a-z][a-z ]*) ([0-9]{1,2}):([0-9]{2})", words)
    if found is None:
        raise BadSchedule(text, suggest_nearest(words, ["hourly"]))
    if found[1] not in DAYS:
        raise BadSchedule(text, suggest_nearest(found[1], DAYS) or f"the days are {', '.join(DAYS)}")
    if int(found[2]) > 23 or int(found[3]) > 59:
        raise BadSchedule(text, "the time goes from 00:00 to 23:59")
    return Schedule(words, found[1], time(int(found[2]), int(found[3])))


def latest_due(schedule: Schedule, now: datetime, timezone: tzinfo, workdays: Workdays) -> datetime | None:
    """Return the latest moment, not after `now`, at which the schedule was due; None if none was for a year.

    After a downtime this is the one missed moment that is caught up; earlier ones are let go.
    """
    if schedule.interval:
        return now - (now - _EPOCH) % schedule.interval
    today = now.astimezone(timezone).date()
    moments = _moments(schedule, today + _DAY, -_DAY, timezone, workdays)
    return next((moment for moment in moments if moment <= now), None)


def first_due_after(
    schedule: Schedule, after: datetime, timezone: tzinfo, workdays: Workdays
) -> datetime | None:
    """Return the first moment later than `after` at which the schedule is due; None if none is for a year."""
    if schedule.interval:
        return after - (after - _EPOCH) % schedule.interval + schedule.interval
    today = after.astimezone(timezone).date()
    moments = _moments(schedule, today - _DAY, _DAY, timezone, workdays)
    return next((moment for moment in moments if moment > after), None)


def _moments(
    schedule: Schedule, day: date, step: timedelta, timezone: tzinfo, workdays: Workdays
) -> Iterator[datetime]:
    """Yield the due moments of a year, from a day on forwards or backwards."""
    is_due_on = DAYS[schedule.days]
    for _ in range(_SEARCH_DAYS):
        if is_due_on(day, workdays):
            yield datetime.combine(day, schedule.at, timezone).astimezone(UTC)
        day += step
