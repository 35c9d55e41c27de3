"""A sweep costs what changes, and many of them at once, or killed, fire each record once (V5, V7)."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, select

from inboxcrm.base.records import Event
from inboxcrm.base.work import Office
from inboxcrm.crm.store import open_tasks_of_box, opportunity_by_id
from inboxcrm.rules.actions.table import ACTIONS
from inboxcrm.rules.records import Episode, Firing, Sweep
from inboxcrm.rules.sweep import run_due_rules
from tests.build import HandClock, an_opportunity, on_both_databases
from tests.rules.writing import a_rule, rules_of

QUIET = a_rule(
    'every = "workday 07:00"', 'for = "opportunity"', 'when = "is_open and last_activity_at < now - days(7)"'
)
ROOT = Path(__file__).parents[2]


def some_deals(office: Office, count: int) -> list[int]:
    with office.work("test", actor="user:anna") as work:
        deals = [an_opportunity(work, f"p{n}@acme{n}.example", f"Deal {n}") for n in range(count)]
        work.session.flush()
        return [deal.id for deal in deals]


def fired(office: Office) -> Counter[int]:
    with office.reading() as session:
        return Counter(session.scalars(select(Firing.subject_id)))


def count_statements(engine: Engine) -> list[str]:
    said: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _cur, words, *_: said.append(words))
    return said


@on_both_databases
def test_where_nothing_changes_a_sweep_asks_the_same_few_queries_however_many_records_hold(
    office: Office, clock: HandClock, tmp_path: Path
) -> None:
    rules = rules_of(
        tmp_path / "rules", QUIET, QUIET.replace('"test"', '"second"').replace("days(7)", "days(6)")
    )
    said, costs = count_statements(office.engine), []
    for more in (2, 20):
        some_deals(office, more)
        run_due_rules(office, rules)
        clock.move(days=10)
        run_due_rules(office, rules)  # they fire
        clock.move(days=1)
        said.clear()
        run_due_rules(office, rules)
        costs.append([words for words in said if not words.startswith("BEGIN")])
        assert [words for words in said if words.startswith(("INSERT", "DELETE"))] == []
        clock.move(days=1)

    assert costs[0] == costs[1]
    assert len(costs[0]) <= 12  # of both rules together


def test_facts_are_read_of_what_fires_alone(office: Office, clock: HandClock, tmp_path: Path) -> None:
    rules = rules_of(tmp_path / "rules", QUIET)
    some_deals(office, 3)
    run_due_rules(office, rules)
    clock.move(days=10)
    run_due_rules(office, rules)
    [late] = some_deals(office, 1)
    clock.move(days=10)
    said = count_statements(office.engine)

    run_due_rules(office, rules)

    assert sum("organization" in words and "contact" in words and "task" in words for words in said) == 1
    assert fired(office)[late] == 1


def test_a_condition_of_the_deal_alone_asks_no_other_table(office: Office, tmp_path: Path) -> None:
    keys = ('every = "hourly"', 'for = "opportunity"', "when = \"is_open and stage == 'Quote'\"")
    rules, said = rules_of(tmp_path / "rules", a_rule(*keys)), count_statements(office.engine)

    run_due_rules(office, rules)

    [found] = [words for words in said if "opportunity.stage" in words and "DELETE" not in words][:1]
    assert "JOIN" not in found


@on_both_databases
def test_a_process_killed_between_portions_beside_another_one_fires_each_record_once(
    office: Office, clock: HandClock, tmp_path: Path
) -> None:
    """Real processes, one ended by SIGKILL before its third commit; what it had begun comes when they sweep again."""
    rules = rules_of(tmp_path / "rules", QUIET)
    deals = some_deals(office, 15)
    run_due_rules(office, rules)
    clock.move(days=10)
    url = office.engine.url.render_as_string(hide_password=False)

    def start(kill_at: int) -> subprocess.Popen[bytes]:
        words = [url, str(tmp_path), clock.now().isoformat(), str(kill_at)]
        return subprocess.Popen([sys.executable, "-m", "tests.rules.sweeping_process", *words], cwd=ROOT)

    killed = start(3)
    assert killed.wait(60) == -signal.SIGKILL
    assert 0 < len(fired(office)) < 15
    both = [start(2), start(0)]
    ends = [one.wait(60) for one in both]
    assert ends[1] == 0

    assert fired(office) == Counter(deals)
    with office.reading() as session:
        assert len(session.scalars(select(Episode)).all()) == 15
        assert session.scalars(select(Sweep.served_at)).one() > clock.now().replace(hour=0, minute=0)
        kinds = Counter(session.scalars(select(Event.kind).where(Event.actor == "rule:test")))
    assert kinds["task.created"] == kinds["rule.fired"] == 15


@on_both_databases
def test_a_rule_killed_while_it_comes_into_force_lists_the_rest_and_fires_none(
    office: Office, clock: HandClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inboxcrm.rules.sweep.LISTED", 4)
    some_deals(office, 10)
    clock.move(days=10)
    rules = rules_of(tmp_path / "rules", QUIET)

    class Ended(BaseException):
        """As if the power went."""

    class Stop:
        """Ends the third transaction of a sweep."""

        left = 3

        def __call__(self, point: str) -> None:
            self.left -= point == "sweep.before_commit"
            if self.left == 0:
                raise Ended

    stopped = Office(
        office.engine, clock, office.ids, office.settings, office.key, lambda _topics: None, reach=Stop()
    )
    with pytest.raises(Ended):
        run_due_rules(stopped, rules)
    with office.reading() as session:
        assert len(session.scalars(select(Episode)).all()) == 4

    run_due_rules(office, rules)

    with office.reading() as session:
        assert len(session.scalars(select(Episode)).all()) == 10
    clock.move(days=1)
    run_due_rules(office, rules)
    assert fired(office) == Counter()


def test_a_record_with_which_an_action_fails_is_a_finding_and_the_others_are_done(
    office: Office, clock: HandClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = rules_of(tmp_path / "rules", QUIET)
    first, second, third = some_deals(office, 3)
    run_due_rules(office, rules)
    clock.move(days=10)
    real = ACTIONS["task"]

    def fail_once(work, occasion, arguments):
        if occasion.subject_id == second:
            raise ZeroDivisionError("a fault of ours")
        return real.run(work, occasion, arguments)

    monkeypatch.setitem(ACTIONS, "task", type(real)(real.shape, fail_once))
    run_due_rules(office, rules)
    run_due_rules(office, rules)

    assert fired(office) == Counter([first, second, third])
    with office.reading() as session:
        told = session.scalars(select(Event).where(Event.kind == "rule.refused")).one()
        assert (told.subject_id, told.payload["reason"]) == (
            second,
            "failed: ZeroDivisionError: a fault of ours",
        )
        done = {
            one: open_tasks_of_box(session, opportunity_by_id(session, one).box_id) for one in (first, third)
        }
        assert all(any(task.rule == "test" for task in tasks) for tasks in done.values())


def test_one_rule_that_cannot_be_run_does_not_stop_the_others(
    office: Office, clock: HandClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = rules_of(
        tmp_path / "rules", QUIET.replace('"test"', '"broken"').replace("days(7)", "days(6)"), QUIET
    )
    some_deals(office, 1)
    run_due_rules(office, rules)
    clock.move(days=10)
    monkeypatch.setattr("inboxcrm.rules.sweep.look", _broken_for("broken"))
    run_due_rules(office, rules)

    with office.reading() as session:
        assert session.scalars(select(Firing.rule)).all() == ["test"]


def _broken_for(name: str):
    from inboxcrm.rules.sweep import look

    def look_or_fail(session, settings, rule, now):
        if rule.id == name:
            raise RuntimeError("a fault of ours")
        return look(session, settings, rule, now)

    return look_or_fail
