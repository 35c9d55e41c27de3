"""Days that are whole months apart, and days that stay within their month."""

from __future__ import annotations

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta


def months_later(day: date, months: int) -> date:
    """Give the same day so many months later; where there is none, the last one of that month."""
    later: date = day + relativedelta(months=months)
    return later


def last_day_of_month(day: date) -> date:
    """Give the last day of a day's month."""
    last: date = day + relativedelta(day=31)
    return last


def days_later_in_month(day: date, days: int) -> date:
    """Give the day so many later, but none after the last of this month: RN-2 closes a deal after two days so."""
    return min(day + timedelta(days=days), last_day_of_month(day))
