"""What the functions of the language do in Python: plain values in, a plain value out; null never comes here.

`RECKONING` are the names that a compiled condition may call; it can reach nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from inboxcrm.base.months import months_later
from inboxcrm.rules.language.pattern import is_found
from inboxcrm.rules.language.working_time import (
    Calendars,
    after_days,
    after_hours,
    after_workdays,
    hours_between,
    shift_day,
    shift_time,
)

_DAY = timedelta(days=1)
_UNIT = Decimal(1)


def shift_months(day: date, count: int) -> date:
    """Add months: the same day of that month, or its last one; beyond the calendar's ends stay at the end."""
    try:
        return months_later(day, count)
    except (OverflowError, ValueError):
        return date.max if count > 0 else date.min


def end_of_month(day: date) -> date:
    """Return the last day of a day's month."""
    return day.replace(day=31) if day.month == 12 else day.replace(month=day.month + 1, day=1) - _DAY


def add_work(calendars: Calendars, owner: object, at: Any, amount: tuple[int, int]) -> Any:
    """Add working hours or days to a time, or working days to a day, by the calendar of its owner."""
    working, (hours, days) = calendars.of_owner(owner), amount
    if not isinstance(at, datetime):
        return after_workdays(working, at, days)
    return after_hours(working, at, hours) if hours else after_days(working, at, days)


def work_between(calendars: Calendars, owner: object, start: datetime, end: datetime) -> timedelta:
    """Return the working time between two moments, by the calendar of its owner."""
    return hours_between(calendars.of_owner(owner), start, end)


def day_of(calendars: Calendars, at: datetime) -> date:
    """Return the company's day of a moment."""
    return calendars.day_of(at)


def round_amount(value: int | Decimal) -> int | Decimal:
    """Round to whole units, a half away from nothing."""
    return value if isinstance(value, int) else value.quantize(_UNIT, rounding=ROUND_HALF_UP)


RECKONING: Mapping[str, Callable[..., Any]] = {
    "shift": shift_time,
    "shift_day": shift_day,
    "shift_months": shift_months,
    "add_work": add_work,
    "work_between": work_between,
    "day_of": day_of,
    "is_found": is_found,
    "f_lower": str.lower,
    "f_upper": str.upper,
    "f_contains": str.__contains__,
    "f_starts_with": str.startswith,
    "f_ends_with": str.endswith,
    "f_year": lambda day: day.year,
    "f_month": lambda day: day.month,
    "f_day": lambda day: day.day,
    "f_start_of_month": lambda day: day.replace(day=1),
    "f_end_of_month": end_of_month,
    "f_min": min,
    "f_max": max,
    "f_abs": abs,
    "f_round": round_amount,
}
