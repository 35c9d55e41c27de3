"""A sweep of usual conditions costs what it finds: the databases' own plans read no table of deals through."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from inboxcrm.base.store import insert_rows
from inboxcrm.base.work import Office
from inboxcrm.crm.records import Box, Contact, Opportunity
from inboxcrm.rules.sweep import run_due_rules
from tests.build import START, HandClock, on_both_databases
from tests.rules.writing import a_rule, rules_of

DEALS = 5000
USUAL = (
    "is_open and last_activity_at < now - days(7)",
    "is_open and stage == 'Closure' and stage_since_at < now - days(7)",
    "is_open and stage_overdue_at < now",
    "is_open and close_on < date('2026-10-01')",
)
DUE = 'at = "60 days before close_on"\nwhen = "is_open"'


@pytest.fixture
def many_deals(engine: Engine) -> None:
    """Five thousand open deals of which ten are old in every way."""
    numbers = range(1, DEALS + 1)
    at = [START - timedelta(days=90) if n <= 10 else START + timedelta(days=10) for n in numbers]
    with Session(engine) as session, session.begin():
        insert_rows(session, Contact.__table__, [{"id": 1, "name": "Bob", "created_at": START}])
        boxes = [
            {"id": n, "kind": "opportunity", "name": "D", "contact_id": 1, "owner": "anna", "is_open": True,
             "is_asleep": False, "opened_at": START, "last_activity_at": at[n - 1]}
            for n in numbers
        ]  # fmt: skip
        deals = [
            {"id": n, "box_id": n, "kind": "new", "name": "D", "stage": "Closure" if n <= 10 else "Quote",
             "state": "Proposal", "probability": 10, "owner": "anna", "currency": "EUR", "created_at": START,
             "stage_since_at": at[n - 1], "stage_overdue_at": at[n - 1],
             "close_on": date(2026, 9, 1) if n <= 10 else date(2028, 1, 1)}
            for n in numbers
        ]  # fmt: skip
        insert_rows(session, Box.__table__, boxes)
        insert_rows(session, Opportunity.__table__, deals)
    with engine.begin() as connection:
        connection.execute(text("analyze"))


@on_both_databases
@pytest.mark.parametrize("rule", [*USUAL, DUE])
def test_no_usual_rule_reads_all_deals(
    engine: Engine, office: Office, clock: HandClock, many_deals: None, tmp_path: Path, rule: str
) -> None:
    key = rule if rule.startswith("at") else f'every = "hourly"\nwhen = "{rule}"'
    rules = rules_of(tmp_path / "rules", a_rule(key, 'for = "opportunity"'))
    run_due_rules(office, rules)
    clock.at = datetime(2026, 11, 23, 12, tzinfo=UTC)
    asked: list[tuple[str, object]] = []
    event.listen(
        engine, "before_cursor_execute", lambda _c, _cur, words, given, *_: asked.append((words, given))
    )

    run_due_rules(office, rules)

    looks = [
        (words, given) for words, given in asked if "FROM opportunity" in words or "(SELECT opp" in words
    ]
    assert looks
    for words, given in looks:
        plan = _plan(engine, words, given)
        assert "Seq Scan on opportunity" not in plan, (words, plan)
        assert "Seq Scan on box" not in plan, (words, plan)
        assert "SCAN opportunity" not in plan.replace("SCAN opportunity USING INDEX", ""), (words, plan)
        assert "SCAN box" not in plan, (words, plan)


def _plan(engine: Engine, words: str, given: object) -> str:
    how = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    with engine.connect() as connection:
        return "\n".join(str(row[-1]) for row in connection.exec_driver_sql(how + words, given))  # type: ignore[arg-type]
