"""Days within their month, against a table of month lengths written by hand (RN-2)."""

from __future__ import annotations

from datetime import date

from inboxcrm.base.months import days_later_in_month, last_day_of_month, months_later

LENGTHS_OF_2028 = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)  # a leap year


def test_a_renegotiation_closes_in_two_days_or_at_the_end_of_the_month_on_every_day_of_2028() -> None:
    """RN-2: the earlier of today + 2 days and the last day of this month."""
    days = [(month, day) for month, length in enumerate(LENGTHS_OF_2028, 1) for day in range(1, length + 1)]
    assert len(days) == 366

    for month, day in days:
        length = LENGTHS_OF_2028[month - 1]
        expected = day + 2 if day + 2 <= length else length
        assert days_later_in_month(date(2028, month, day), 2) == date(2028, month, expected), (month, day)
        assert last_day_of_month(date(2028, month, day)) == date(2028, month, length)


def test_months_later_ends_with_the_month() -> None:
    assert months_later(date(2028, 3, 31), -1) == date(2028, 2, 29)
    assert months_later(date(2027, 11, 30), 3) == date(2028, 2, 29)
