"""The working time of each of our own people: the calendar, time zone and hours that he has (LD-5, LD-6)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from inboxcrm.base.settings_team import read_hours
from inboxcrm.base.workdays import Workdays

if TYPE_CHECKING:
    from inboxcrm.base.settings import Settings, User

USUAL_HOURS = (time(9), time(17, 30))  # of whoever has none configured
AT_LEAST = timedelta(hours=1)  # for what must be done the same day


@lru_cache(maxsize=200)
def _workdays(country: str, days_off: frozenset[date], worked: frozenset[date]) -> Workdays:
    return Workdays(country, days_off, worked)


def workdays_of(settings: Settings, user: User | None) -> Workdays:
    """Give the business calendar of a user: of his country or the company's, with the firm's own days off."""
    country = (user.country if user else None) or settings.company.country
    rows = [one for one in settings.calendar if one.country in (None, country)]
    days_off = {day for one in rows for day in one.days_off}
    worked = {day for one in rows for day in one.worked}
    return _workdays(country, frozenset(days_off), frozenset(worked))


def zone_of(settings: Settings, user: User | None) -> ZoneInfo:
    """Give the time zone of a user: his own, or the company's."""
    return ZoneInfo(user.time_zone) if user and user.time_zone else settings.company.zone


def hours_of(user: User | None) -> tuple[time, time]:
    """Give the begin and end of a user's working day, by the clock of his zone."""
    return (read_hours(user.hours) if user else None) or USUAL_HOURS


def is_at_work(settings: Settings, user: User, at: datetime) -> bool:
    """Tell whether a moment lies in a user's working hours on a day that he works."""
    local = at.astimezone(zone_of(settings, user))
    start, end = hours_of(user)
    return start <= local.time() < end and workdays_of(settings, user).is_workday(local.date())


def next_business_day_of(settings: Settings, user: User | None, at: datetime) -> datetime:
    """Give the same clock time of the next business day of a user's own calendar, as aware UTC (LD-6)."""
    return workdays_of(settings, user).same_time_next_workday(at, zone_of(settings, user))


def same_day_of(settings: Settings, user: User | None, at: datetime) -> datetime:
    """Give the end of the user's working day in which a moment lies, an hour later at least, as aware UTC (LD-6).

    What comes on a free day, or so late that the hour ends on the next day, is due at the end of the next working
    day, but never later than the same clock time of it.
    """
    zone, workdays = zone_of(settings, user), workdays_of(settings, user)
    local = at.astimezone(zone)
    day, end = local.date(), hours_of(user)[1]
    if workdays.is_workday(day):
        due = max(_at(day, end, zone), at + AT_LEAST)
        if due.astimezone(zone).date() == day:
            return due
    following = workdays.next_workday(day)
    return min(_at(following, end, zone), next_business_day_of(settings, user, at))


def after_working_time(settings: Settings, user: User | None, at: datetime, span: timedelta) -> datetime:
    """Give the moment at which a user has worked for so long after a moment, as aware UTC."""
    zone, workdays = zone_of(settings, user), workdays_of(settings, user)
    start, end = hours_of(user)
    day = at.astimezone(zone).date()
    while True:
        if workdays.is_workday(day):
            begins, ends = max(_at(day, start, zone), at), _at(day, end, zone)
            if begins + span <= ends:
                return begins + span
            span -= max(ends - begins, timedelta(0))
        day += timedelta(days=1)


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone).astimezone(UTC)
