"""Scheduled rules: once per episode, once per due moment, whoever sweeps and after whatever pause."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from inboxcrm.base.work import Office
from inboxcrm.crm.store import opportunity_by_id
from inboxcrm.crm.task import add_task
from inboxcrm.rules.records import Episode, Firing
from inboxcrm.rules.rule import Rule
from inboxcrm.rules.sweep import due_rules, run_due_rules
from tests.build import HandClock, a_lead, an_opportunity, letters, on_both_databases
from tests.rules.writing import a_rule, rules_of

QUIET = (
    'every = "workday 07:00"',
    'for = "opportunity"',
    'when = "is_open and last_activity_at < now - days(7)"',
)
DIGEST = a_rule('every = "workday 07:15"', 'for = "company"', do='{ action = "digest", to = "managers" }')
NEXT_DAY = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)  # Tuesday 07:00 in Amsterdam


@pytest.fixture
def deal(office: Office) -> int:
    with office.work("test", actor="user:anna") as work:
        opportunity = an_opportunity(work)
        work.session.flush()
        return opportunity.id


def touch(office: Office, deal: int) -> None:
    with office.work("test", actor="test") as work:
        opportunity_by_id(work.session, deal).box.last_activity_at = work.now


def fired(office: Office) -> list[str]:
    with office.reading() as session:
        return list(session.scalars(select(Firing.key).order_by(Firing.at, Firing.key)))


def sweep_daily(office: Office, clock: HandClock, rules: tuple[Rule, ...], days: int) -> int:
    """Sweep once a day; give how often rules have fired by then."""
    for _ in range(days):
        clock.move(days=1)
        run_due_rules(office, rules)
    return len(fired(office))


def test_an_episode_fires_once_ends_and_fires_anew(office, clock, deal, tmp_path: Path) -> None:
    rules = rules_of(tmp_path / "rules", a_rule(*QUIET))
    run_due_rules(office, rules)  # it comes into force; nothing is quiet yet
    assert sweep_daily(office, clock, rules, 7) == 0
    assert sweep_daily(office, clock, rules, 20) == 1

    touch(office, deal)
    assert sweep_daily(office, clock, rules, 7) == 1
    with office.reading() as session:
        assert session.scalars(select(Episode)).all() == []
    assert sweep_daily(office, clock, rules, 7) == 2


@pytest.mark.parametrize(("keys", "times"), [((), 0), (("catch_up = true",), 1)])
def test_what_held_when_the_rule_came_into_force_fires_only_with_catch_up(
    office, clock, deal, tmp_path, keys, times
) -> None:
    clock.move(days=10)
    rules = rules_of(tmp_path / "rules", a_rule(*QUIET, *keys))

    run_due_rules(office, rules)
    assert len(fired(office)) == times
    with office.reading() as session:
        assert len(session.scalars(select(Episode)).all()) == 1  # it is listed either way
    assert sweep_daily(office, clock, rules, 10) == times


def test_a_rule_with_again_comes_back_while_it_holds(office, clock, deal, tmp_path: Path) -> None:
    rules = rules_of(tmp_path / "rules", a_rule(*QUIET, 'again = "7 days"'))
    run_due_rules(office, rules)

    assert sweep_daily(office, clock, rules, 8) == 1  # day 8: quiet for more than a week
    assert sweep_daily(office, clock, rules, 6) == 1
    assert sweep_daily(office, clock, rules, 1) == 2  # day 15, a Tuesday
    assert sweep_daily(office, clock, rules, 7) == 3


def test_a_new_version_opens_no_new_episode(office, clock, deal, tmp_path: Path) -> None:
    rules = rules_of(tmp_path / "old", a_rule(*QUIET))
    run_due_rules(office, rules)
    assert sweep_daily(office, clock, rules, 8) == 1

    assert sweep_daily(office, clock, rules_of(tmp_path / "new", a_rule(*QUIET, version=2)), 8) == 1


def test_a_sweep_before_its_hour_does_nothing(office, clock, deal, tmp_path: Path) -> None:
    rules = rules_of(tmp_path / "rules", a_rule(*QUIET))
    run_due_rules(office, rules)

    clock.at = NEXT_DAY.replace(hour=5, minute=59)
    assert (due_rules(office, rules), run_due_rules(office, rules)) == ([], 0)
    clock.at = NEXT_DAY
    assert run_due_rules(office, rules) == 1
    assert run_due_rules(office, rules) == 0


def test_a_rule_about_the_company_fires_once_per_due_moment(office, clock, tmp_path: Path) -> None:
    """MG-2: from Monday to the Monday after, five workdays; not at once when it comes into force."""
    with office.work("test", actor="test") as work:
        add_task(work, a_lead(work).box, "errand", "Call", owner="anna", due_at=work.now)
    rules = rules_of(tmp_path / "rules", DIGEST)
    run_due_rules(office, rules)
    assert fired(office) == []

    for _ in range(7 * 24):
        clock.move(hours=1)
        run_due_rules(office, rules)

    days = ["2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27", "2026-11-30"]
    assert fired(office) == [f"test:due:{day}T06:15" for day in days]
    assert len(letters(office, "digest")) == 5


def test_after_a_downtime_only_the_latest_due_moment_is_caught_up(office, clock, tmp_path: Path) -> None:
    rules = rules_of(tmp_path / "rules", DIGEST)
    run_due_rules(office, rules)

    clock.move(days=30)
    run_due_rules(office, rules)
    run_due_rules(office, rules)

    assert fired(office) == ["test:due:2026-12-23T06:15"]


@on_both_databases
def test_two_sweepers_at_once_fire_once(office, clock, deal, tmp_path: Path) -> None:
    """V7: of a new rule with catch-up, and of one that was in force before."""
    clock.move(days=10)
    rules = rules_of(
        tmp_path / "rules",
        a_rule(*QUIET, "catch_up = true", 'again = "1 day"'),
        DIGEST.replace('"test"', '"digest"'),
    )
    for expected in (1, 3):
        errors = _sweep_at_once(office, rules)
        assert errors == []
        assert len(fired(office)) == expected  # first the episode; a day later it again, and the digest
        clock.move(days=3)


def _sweep_at_once(office: Office, rules: tuple[Rule, ...]) -> list[BaseException]:
    start, errors = threading.Barrier(3), []

    def sweep() -> None:
        start.wait(10)
        try:
            run_due_rules(office, rules)
        except BaseException as error:  # noqa: BLE001 — shown by the test
            errors.append(error)

    threads = [threading.Thread(target=sweep) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return errors


def test_a_year_of_schedules_runs_in_seconds(office, clock, deal, tmp_path: Path) -> None:
    """V12: 365 days by moving the clock; the digest comes on each of the year's working days."""
    rules = rules_of(tmp_path / "rules", DIGEST, a_rule(*QUIET, name="quiet"))
    run_due_rules(office, rules)
    began = time.process_time()

    sweep_daily(office, clock, rules, 365)

    assert time.process_time() - began < 30
    digests = [key for key in fired(office) if key.startswith("test:due:")]
    # 24 Nov 2026 to 23 Nov 2027: 261 weekdays; free in the Netherlands on weekdays: Christmas (25 Dec 2026), New Year
    # (1 Jan), Good Friday (26 Mar), Easter Monday, King's Day (27 Apr), Ascension (6 May), Whit Monday (17 May).
    assert len(digests) == len(set(digests)) == 261 - 7
    assert [key for key in fired(office) if key.startswith("quiet")] != []
