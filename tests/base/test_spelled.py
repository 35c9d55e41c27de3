"""Days are written as people write them, in the zone of whom they are for."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from inboxcrm.base.spelled import spell_day, spell_moment, spell_weekday


def test_a_day_has_no_leading_zero_and_its_month_in_words() -> None:
    assert spell_day(date(2026, 12, 3)) == "3 December 2026"
    assert spell_weekday(date(2026, 11, 30)) == "Monday 30 November"


def test_a_moment_is_told_in_the_zone_of_its_reader() -> None:
    just_before_midnight = datetime(2026, 12, 2, 23, 30, tzinfo=UTC)

    told = spell_moment(just_before_midnight, ZoneInfo("Europe/Amsterdam"))

    assert told == "Thursday 3 December 2026, 00:30"
