"""Business hours in a condition are those of the record's owner, of nobody the company's (LD-6)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, create_engine, insert, select

from inboxcrm.base.settings import Settings
from inboxcrm.rules.calendars import calendars_of
from inboxcrm.rules.language.working_time import (
    LAST,
    LONGEST_COUNT,
    PLAIN,
    after_hours,
    after_workdays,
    hours_between,
)
from tests.rules.language.agreement_words import some_rows, stored
from tests.rules.opportunity_facts import OPPORTUNITIES, compiled

MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)  # 10:30 in Amsterdam
FRIDAY = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)  # 16:00 there: an hour and a half is left of the week


@pytest.fixture
def two_zones(settings: Settings) -> Settings:
    """Anna works in New York, all others in Amsterdam."""
    people = [
        one.model_copy(update={"time_zone": "America/New_York", "country": "US"})
        if one.key == "anna"
        else one
        for one in settings.user
    ]
    return settings.model_copy(update={"user": type(settings.user)(people)})


def test_the_weekend_is_no_working_time_and_an_owner_works_by_his_own_clock(two_zones: Settings) -> None:
    calendars = calendars_of(two_zones)
    late = compiled("created_at < now - business_hours(3)")

    # In Amsterdam 90 minutes of Friday and 90 of Monday are exactly three hours; in New York it is still night.
    assert not late.holds({"created_at": FRIDAY, "owner": None}, MONDAY, calendars)
    assert late.holds({"created_at": FRIDAY - timedelta(minutes=1), "owner": None}, MONDAY, calendars)
    assert late.holds({"created_at": FRIDAY - timedelta(minutes=1), "owner": "nobody"}, MONDAY, calendars)
    assert late.holds({"created_at": FRIDAY, "owner": "anna"}, MONDAY, calendars) is True
    assert not late.holds({"created_at": FRIDAY + timedelta(hours=5), "owner": "anna"}, MONDAY, calendars)


def test_the_database_is_asked_by_the_calendar_of_each_owner(two_zones: Settings) -> None:
    condition = compiled("created_at < now - business_hours(3)")

    sql = str(condition.where(MONDAY, calendars_of(two_zones)))

    assert condition.judged == ()
    assert "CASE WHEN" in sql
    assert "CASE WHEN" not in str(condition.where(MONDAY))


def test_today_is_the_companys_day(settings: Settings) -> None:
    new_year = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # half past midnight in Amsterdam
    condition = compiled("start_on == today")

    assert condition.holds({"start_on": date(2027, 1, 1)}, new_year, calendars_of(settings))
    assert condition.holds({"start_on": date(2026, 12, 31)}, new_year)


def test_a_day_with_a_change_of_the_clock_is_asked_whole() -> None:
    engine: Engine = create_engine("sqlite://")
    with engine.begin() as connection:
        OPPORTUNITIES.create(connection)
        rows = [stored(number, row) for number, row in enumerate(some_rows(100))]
        connection.execute(insert(OPPORTUNITIES), rows)
        condition = compiled("date(created_at) == date('2026-03-29')")
        found = connection.scalars(select(OPPORTUNITIES.c.id).where(condition.where(MONDAY))).all()

    assert len(found) == sum(row["created_at"].date() == date(2026, 3, 29) for row in some_rows(100)) > 0


def test_forged_dates_neither_stall_nor_stop_it() -> None:
    company = PLAIN.company
    far, first = datetime(9999, 12, 31, 23, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)

    assert after_hours(company, far, 2000) == LAST
    assert after_workdays(company, date(9999, 12, 31), 5) == date.max
    assert hours_between(company, first, far) == LONGEST_COUNT
    assert hours_between(company, far, first) == -LONGEST_COUNT
    assert hours_between(company, FRIDAY, MONDAY) == timedelta(hours=3)
