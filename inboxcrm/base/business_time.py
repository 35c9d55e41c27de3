"""Business hours and business days: time that counts only while somebody works (LD-6, EM-6).

A person's working time is the calendar, time zone and hours of `base/own_time.py`; of who has none, the company's.
Moments in and out are aware UTC. Hours are measured as they pass, so a night in which the clock is changed takes
nothing from the next morning's hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from inboxcrm.base.own_time import hours_of, workdays_of, zone_of
from inboxcrm.base.workdays import Workdays

if TYPE_CHECKING:
    from inboxcrm.base.settings import Settings, User

_DAY = timedelta(days=1)
_NOTHING = timedelta(0)
_LONGEST_HOLIDAY = 400  # days in which nobody works, before hours are counted as plain ones


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """When somebody works: on which days, in which zone, from when to when by its clock."""

    workdays: Workdays
    zone: ZoneInfo
    hours: tuple[time, time]

    def on(self, day: date) -> tuple[datetime, datetime]:
        """Give begin and end of the working hours of a day, as aware UTC."""
        begin, end = (datetime.combine(day, one, self.zone).astimezone(UTC) for one in self.hours)
        return begin, end

    def add_hours(self, at: datetime, span: timedelta) -> datetime:
        """Give the first moment by which so much working time has passed since `at`.

        A negative span gives the last moment from which so much passes until `at`.
        """
        is_back = span < _NOTHING
        day, left, idle = at.astimezone(self.zone).date(), abs(span), 0
        while idle < _LONGEST_HOLIDAY:
            idle += 1
            if self.workdays.is_workday(day):
                idle = 0
                begin, end = self.on(day)
                begin, end = (begin, min(end, at)) if is_back else (max(begin, at), end)
                passed = max(end - begin, _NOTHING)
                if passed >= left:
                    return end - left if is_back else begin + left
                left -= passed
            day = day - _DAY if is_back else day + _DAY
        return at + span

    def add_days(self, at: datetime, count: int) -> datetime:
        """Give the same clock time so many working days later, or earlier if negative."""
        local = at.astimezone(self.zone)
        day = self.workdays.add_workdays(local.date(), count)
        return datetime.combine(day, local.time(), self.zone).astimezone(UTC)


def working_time_of(settings: Settings, user: User | None) -> WorkingTime:
    """Give the working time of a user, or of the company."""
    return WorkingTime(workdays_of(settings, user), zone_of(settings, user), hours_of(user))
