"""Days that are whole months apart."""

from __future__ import annotations

from datetime import date

from dateutil.relativedelta import relativedelta


def months_later(day: date, months: int) -> date:
    """Give the same day so many months later; where there is none, the last one of that month."""
    later: date = day + relativedelta(months=months)
    return later
