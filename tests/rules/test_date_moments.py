"""Rules that are due so long before or after a date of their record (docs/rules.md, RN-9, RN-15)."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from inboxcrm.base.work import Office
from inboxcrm.crm.store import opportunity_by_id
from inboxcrm.rules.records import Firing, RuleMoment
from inboxcrm.rules.rule import Rule
from inboxcrm.rules.sweep import run_due_rules
from tests.build import HandClock, an_opportunity, on_both_databases
from tests.rules.writing import a_rule, rules_of

BEFORE = ('at = "2 days before stage_overdue_at"', 'for = "opportunity"')
AFTER = ('at = "3 days after stage_overdue_at at 09:00"', 'for = "opportunity"', 'when = "is_open"')


@pytest.fixture
def deal(office: Office) -> int:
    """Too long in its stage on Monday 7 December at 10:30 in Amsterdam."""
    with office.work("test", actor="user:anna") as work:
        opportunity = an_opportunity(work)
        work.session.flush()
        assert opportunity.stage_overdue_at == datetime(2026, 12, 7, 9, 30, tzinfo=UTC)
        return opportunity.id


def fired(office: Office) -> list[datetime]:
    with office.reading() as session:
        return list(session.scalars(select(Firing.at).order_by(Firing.at)))


def move_date(office: Office, deal: int, at: datetime | None) -> None:
    with office.work("test", actor="test") as work:
        opportunity_by_id(work.session, deal).stage_overdue_at = at


def tick(office: Office, clock: HandClock, rules: tuple[Rule, ...], until: datetime) -> None:
    """Look every six hours: at half past three, half past nine and so on, UTC."""
    while clock.at < until:
        run_due_rules(office, rules)
        clock.move(hours=6)
    run_due_rules(office, rules)


@on_both_databases
def test_each_date_of_a_record_is_due_once(office, clock, deal, tmp_path: Path) -> None:
    rules = rules_of(tmp_path / "rules", a_rule(*BEFORE))

    tick(office, clock, rules, datetime(2026, 12, 4, 9, tzinfo=UTC))
    assert fired(office) == []
    tick(office, clock, rules, datetime(2026, 12, 14, tzinfo=UTC))

    assert fired(office) == [datetime(2026, 12, 5, 9, 30, tzinfo=UTC)]


@on_both_databases
def test_a_day_is_due_in_the_morning_of_the_owner_sixty_days_before(
    make_office, settings, clock, tmp_path: Path
) -> None:
    """RN-9's words; Carl sits in New York, where it is 07:00 six hours later."""
    people = tuple(
        user.model_copy(update={"time_zone": "America/New_York"}) if user.key == "carl" else user
        for user in settings.user
    )
    office = make_office(settings.model_copy(update={"user": people}))
    with office.work("test", actor="user:anna") as work:
        ours, theirs = an_opportunity(work), an_opportunity(work, "eve@other.example")
        theirs.owner = "carl"
        ours.close_on = theirs.close_on = date(2027, 1, 25)  # 60 days after Thursday, 26 November
        work.session.flush()
        ids = {ours.id: "anna", theirs.id: "carl"}
    rules = rules_of(
        tmp_path / "rules",
        a_rule('at = "60 days before close_on"', 'for = "opportunity"', 'when = "is_open"'),
    )
    clock.at = datetime(2026, 11, 24, tzinfo=UTC)
    while clock.at < datetime(2026, 11, 28, tzinfo=UTC):
        run_due_rules(office, rules)
        clock.move(hours=3)

    with office.reading() as session:
        told = {ids[row.subject_id]: row.at for row in session.scalars(select(Firing))}
    assert told == {
        "anna": datetime(2026, 11, 26, 6, tzinfo=UTC),
        "carl": datetime(2026, 11, 26, 12, tzinfo=UTC),
    }


@on_both_databases
def test_a_changed_date_makes_a_new_moment_and_one_that_is_changed_back_does_not(
    office, clock, deal, tmp_path: Path
) -> None:
    first, later = datetime(2026, 12, 7, 9, 30, tzinfo=UTC), datetime(2026, 12, 21, 9, 30, tzinfo=UTC)
    rules = rules_of(tmp_path / "rules", a_rule(*BEFORE))
    tick(office, clock, rules, datetime(2026, 12, 6, tzinfo=UTC))
    assert len(fired(office)) == 1

    move_date(office, deal, later)
    tick(office, clock, rules, datetime(2026, 12, 6, 5, tzinfo=UTC))
    move_date(office, deal, first)
    tick(office, clock, rules, datetime(2026, 12, 6, 9, tzinfo=UTC))
    assert len(fired(office)) == 1
    move_date(office, deal, later)
    tick(office, clock, rules, datetime(2027, 1, 10, tzinfo=UTC))
    assert len(fired(office)) == 2

    move_date(office, deal, first)  # long past now; it was due already
    tick(office, clock, rules, datetime(2027, 1, 12, tzinfo=UTC))
    assert len(fired(office)) == 2
    with office.reading() as session:
        assert session.scalar(select(func.count()).select_from(RuleMoment)) == 0  # nothing is kept for ever


def test_a_date_that_is_written_late_is_due_at_once_while_it_is_to_come(
    office, clock, deal, tmp_path: Path
) -> None:
    move_date(office, deal, None)
    rules = rules_of(
        tmp_path / "rules", a_rule('at = "60 days before stage_overdue_at"', 'for = "opportunity"')
    )
    tick(office, clock, rules, clock.at + timedelta(days=2))

    move_date(office, deal, clock.at + timedelta(days=30))
    clock.move(minutes=10)
    run_due_rules(office, rules)

    assert len(fired(office)) == 1


@pytest.mark.parametrize(("keys", "times"), [((), 0), (("catch_up = true",), 1)])
def test_what_lay_before_the_rule_came_into_force_fires_only_with_catch_up(
    office, clock, deal, tmp_path: Path, keys: tuple[str, ...], times: int
) -> None:
    clock.at = datetime(2026, 12, 6, tzinfo=UTC)
    rules = rules_of(tmp_path / "rules", a_rule(*BEFORE, *keys))

    tick(office, clock, rules, datetime(2026, 12, 20, tzinfo=UTC))

    assert len(fired(office)) == times


@on_both_databases
def test_when_is_asked_at_the_moment_and_not_afterwards(office, clock, deal, tmp_path: Path) -> None:
    rules = rules_of(
        tmp_path / "rules",
        a_rule(*AFTER[:2], "when = \"stage == 'Quote'\"", name="quote"),
        a_rule(*AFTER, name="open"),
        a_rule(
            'at = "3 days after stage_overdue_at at 09:00 unless open"',
            'for = "opportunity"',
            name="not-open",
        ),
    )
    tick(office, clock, rules, datetime(2026, 12, 12, tzinfo=UTC))
    with office.work("test", actor="test") as work:
        opportunity_by_id(work.session, deal).stage = "Quote"
    tick(office, clock, rules, datetime(2026, 12, 14, tzinfo=UTC))

    with office.reading() as session:
        assert session.scalars(select(Firing.rule)).all() == ["open"]
    assert fired(office) == [
        datetime(2026, 12, 10, 9, 30, tzinfo=UTC)
    ]  # the first look after 09:00 in Amsterdam


def test_no_downtime_is_too_long(office, clock, deal, tmp_path: Path) -> None:
    rules = rules_of(tmp_path / "rules", a_rule(*AFTER))
    run_due_rules(office, rules)

    clock.move(days=300)
    run_due_rules(office, rules)
    run_due_rules(office, rules)
    clock.move(days=1)
    run_due_rules(office, rules)

    assert len(fired(office)) == 1


@on_both_databases
def test_business_days_are_those_of_each_owner(make_office, settings, clock, tmp_path: Path) -> None:
    """Epiphany is free in Bavaria and worked in Amsterdam; nobody else has a calendar of his own."""
    people = tuple(
        user.model_copy(update={"country": "DE-BY"}) if user.key == "carl" else user for user in settings.user
    )
    office = make_office(settings.model_copy(update={"user": people}))
    with office.work("test", actor="user:anna") as work:
        ours, theirs = an_opportunity(work), an_opportunity(work, "eve@other.example")
        theirs.owner = "carl"
        for deal in (ours, theirs):
            deal.stage_overdue_at = datetime(2027, 1, 5, 9, 30, tzinfo=UTC)
        work.session.flush()
        ids = {ours.id: "anna", theirs.id: "carl"}
    rules = rules_of(
        tmp_path / "rules", a_rule('at = "1 business day after stage_overdue_at"', 'for = "opportunity"')
    )
    clock.at = datetime(2027, 1, 4, 9, 30, tzinfo=UTC)

    tick(office, clock, rules, datetime(2027, 1, 9, tzinfo=UTC))

    with office.reading() as session:
        told = {ids[row.subject_id]: row.at for row in session.scalars(select(Firing))}
    assert told == {
        "anna": datetime(2027, 1, 6, 9, 30, tzinfo=UTC),
        "carl": datetime(2027, 1, 7, 9, 30, tzinfo=UTC),
    }


@pytest.mark.parametrize(
    "night", [datetime(2026, 3, 28, 20, tzinfo=UTC), datetime(2026, 10, 24, 20, tzinfo=UTC)]
)
def test_in_the_nights_of_summer_time_nothing_is_left_out_and_nothing_comes_twice(
    office, clock, tmp_path: Path, night: datetime
) -> None:
    """A deal for every half hour of the night, each due a day later, looked at every half hour."""
    clock.at = night - timedelta(days=2)
    with office.work("test", actor="user:anna") as work:
        for number in range(20):
            deal = an_opportunity(work, f"p{number}@acme{number}.example", f"Deal {number}")
            deal.stage_overdue_at = night - timedelta(days=1) + timedelta(minutes=30 * number)
    rules = rules_of(
        tmp_path / "rules",
        a_rule('at = "1 day after stage_overdue_at"', 'for = "opportunity"', name="day"),
        a_rule('at = "1 day after stage_overdue_at at 02:30"', 'for = "opportunity"', name="clock"),
        a_rule('at = "1 business day after stage_overdue_at"', 'for = "opportunity"', name="business"),
        a_rule(
            'every = "daily 02:30"',
            'for = "company"',
            do='{ action = "digest", to = "managers" }',
            name="daily",
        ),
    )
    clock.at = night - timedelta(days=1, hours=2)
    while clock.at < night + timedelta(days=3):
        run_due_rules(office, rules)
        clock.move(minutes=30)

    with office.reading() as session:
        by_rule = Counter(session.scalars(select(Firing.rule)))
        exact = session.execute(
            select(Firing.at, Firing.key).where(Firing.rule == "day").order_by(Firing.at)
        ).all()
    assert by_rule == {"day": 20, "clock": 20, "business": 20, "daily": 4}
    assert len({key for _, key in exact}) == 20
    assert exact[-1][0] - exact[0][0] == timedelta(minutes=30 * 19)
