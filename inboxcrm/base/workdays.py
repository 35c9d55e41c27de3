"""Business calendars: which days are worked, by the public holidays of a country (the `holidays` package)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from inboxcrm.base.errors import ConfigError

_DAY = timedelta(days=1)
_SATURDAY_AND_SUNDAY = frozenset((5, 6))


class UnknownCountry(ConfigError):
    """There is no calendar of that name."""

    def __init__(self, country: str) -> None:
        super().__init__(
            f"no holidays are known for '{country}'; write an ISO code such as DE, or DE-BY for a part"
        )


class Workdays:
    """The working days of a country, such as "DE", or of a part of it, such as "DE-BY".

    Without a country every Monday to Friday is one. `extra_free` are the firm's own free days. The weekend is the
    country's own (Friday and Saturday in Egypt), and a weekend day that the state made a working day is one.
    `worked` are free days on which this firm works all the same.
    """

    def __init__(
        self, country: str | None, extra_free: Collection[date] = (), worked: Collection[date] = ()
    ) -> None:
        self._extra_free, self._worked = frozenset(extra_free), frozenset(worked)
        self._calendar = _open_calendar(country) if country else None

    def is_workday(self, day: date) -> bool:
        """Say whether a day is worked."""
        if day in self._extra_free:
            return False
        if day in self._worked:
            return True
        if self._calendar is None:
            return day.weekday() not in _SATURDAY_AND_SUNDAY
        return bool(self._calendar.is_working_day(day))

    def next_workday(self, day: date) -> date:
        """Return the first working day after a day, never the day itself."""
        day += _DAY
        while not self.is_workday(day):
            day += _DAY
        return day

    def add_workdays(self, day: date, count: int) -> date:
        """Return the working day that is so many after a day (before it, if negative); 0 gives the day itself."""
        step = _DAY if count > 0 else -_DAY
        for _ in range(abs(count)):
            day += step
            while not self.is_workday(day):
                day += step
        return day

    def same_time_next_workday(self, when_utc: datetime, zone: tzinfo) -> datetime:
        """Return the same clock time of the zone's next working day, as aware UTC (LD-6).

        The weekend counts as nothing: what comes on Saturday at 10 is due on Monday at 10. A clock time that summer
        time skips on that day comes an hour later by the clock.
        """
        local = when_utc.astimezone(zone)
        due = datetime.combine(self.next_workday(local.date()), local.time(), zone)
        return due.astimezone(UTC)


def _open_calendar(country: str) -> Any:
    import holidays  # only who has a calendar waits for it

    name, _, part = country.partition("-")
    try:
        return holidays.country_holidays(name.upper(), subdiv=part or None)
    except NotImplementedError as error:
        raise UnknownCountry(country) from error
