"""The sides of the rules benchmark, each run in a process of its own."""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text

import inboxcrm
from bench.house import FixedClock, office_on, settings_for
from inboxcrm.base.columns import EPOCH
from inboxcrm.base.database import open_database
from inboxcrm.crm.records import Box, Contact, Opportunity, Task
from inboxcrm.rules.book import RuleBook
from inboxcrm.rules.facts import FACT_TABLES, find_records
from inboxcrm.rules.rule import Rule
from inboxcrm.rules.store import count_firings
from inboxcrm.rules.sweep import run_due_rules

MONDAY = datetime(2026, 11, 2, 8, tzinfo=UTC)  # at 08:00 both schedules below are past
NEXT_MONDAY = MONDAY + timedelta(days=7)
DUE = 100
AT_ONCE = 5000
STARTER = Path(inboxcrm.__file__).parent / "rules" / "starter"
SYNTHETIC = [
    f"is_open and probability < {number + 10} and amount > {100_000 + number} and stage != 'Closure'"
    for number in range(20)
]
BY_HAND = {
    "OP-9": [
        "select o.id, o.name, o.owner from opportunity o join box b on b.id = o.box_id"
        " where o.closed_at is null and o.wake_on is null and b.last_activity_at < :week_ago"
    ],
    "20 conditions": [
        f"select id, name, owner from opportunity where closed_at is null and probability < {number + 10}"
        f" and amount_minor > {(100_000 + number) * 100} and stage <> 'Closure'"
        for number in range(20)
    ],
}


def fill(url: str, records: int) -> dict[str, Any]:
    """Make open opportunities of a thousand contacts, 100 of them a day older than the rest."""
    begun, engine = time.perf_counter(), open_database(url)
    with engine.begin() as connection:
        people = range(1, min(records, 1000) + 1)
        connection.execute(
            insert(Contact), [{"id": n, "name": f"Contact {n}", "created_at": MONDAY} for n in people]
        )
        for start in range(1, records + 1, AT_ONCE):
            numbers = range(start, min(start + AT_ONCE, records + 1))
            connection.execute(insert(Box), [_box(n, len(people)) for n in numbers])
            connection.execute(insert(Opportunity), [_opportunity(n) for n in numbers])
            connection.execute(insert(Task), [_next_action(n) for n in numbers])
    with engine.begin() as connection:
        connection.execute(text("analyze"))
    return {"n": records, "seconds": time.perf_counter() - begun}


def _box(number: int, people: int) -> dict[str, Any]:
    at = MONDAY - timedelta(hours=12) if number <= DUE else MONDAY + timedelta(hours=12)
    return {
        **{"id": number, "kind": "opportunity", "name": f"Deal {number}", "contact_id": number % people + 1},
        **{"owner": "anna", "is_open": True, "is_asleep": False, "opened_at": at, "last_activity_at": at},
    }


def _opportunity(number: int) -> dict[str, Any]:
    return {
        **{"id": number, "box_id": number, "kind": "new", "name": f"Deal {number}", "stage": "Quote"},
        **{"state": "Value Proposition", "probability": 10 + number % 80, "owner": "anna"},
        **{"amount_minor": number % 5000 * 100, "currency": "EUR"},
        **{"stage_since_at": MONDAY, "created_at": MONDAY},
    }


def _next_action(number: int) -> dict[str, Any]:
    return {
        **{"id": number, "kind": "next action", "box_id": number, "opportunity_id": number},
        **{"text": "Ask what they think of the quote", "why": "", "owner": "anna", "state": "open"},
        **{"due_at": NEXT_MONDAY + timedelta(days=9), "created_at": MONDAY},
    }


def sweep(url: str, group: str) -> dict[str, Any]:
    """Let the rules come into force when nothing is due, then run the sweep of the next Monday."""
    engine, settings, rules = open_database(url), settings_for(), _rules(group)
    run_due_rules(office_on(engine, settings, FixedClock(MONDAY)), rules)
    office = office_on(engine, settings, FixedClock(NEXT_MONDAY))
    with office.reading() as session:
        before = count_firings(session)
    begun = time.perf_counter()
    if run_due_rules(office, rules) != len(rules):
        raise RuntimeError("a rule was not due")
    seconds = time.perf_counter() - begun
    with office.reading() as session:
        fired = count_firings(session) - before
    return {"n": _count(url) * len(rules), "seconds": seconds, "fired": fired}


def look_by_python(url: str, group: str) -> dict[str, Any]:
    """Ask the generated functions about every record; the records are in memory already."""
    office, rules = office_on(open_database(url), settings_for()), _rules(group)
    with office.reading() as session:
        table = FACT_TABLES["opportunity"]
        facts = list(find_records(session, "opportunity", table.facts["box_id"].column > 0).values())
    begun = time.perf_counter()
    held = sum(rule.condition.holds(values, NEXT_MONDAY) for rule in rules for values in facts)
    return {"n": len(facts) * len(rules), "seconds": time.perf_counter() - begun, "held": held}


def look_by_sql(url: str, group: str) -> dict[str, Any]:
    """Run the queries that a person would write, and fetch their rows."""
    week_ago = (NEXT_MONDAY - timedelta(days=7) - EPOCH) // timedelta(microseconds=1)
    count, held = _count(url), 0
    with open_database(url).connect() as connection:
        begun = time.perf_counter()
        for query in BY_HAND[group]:
            values = {"week_ago": week_ago} if ":week_ago" in query else {}
            held += len(connection.execute(text(query), values).all())
        seconds = time.perf_counter() - begun
    return {"n": count * len(BY_HAND[group]), "seconds": seconds, "held": held}


def _count(url: str) -> int:
    with open_database(url).connect() as connection:
        return int(connection.execute(text("select count(*) from opportunity")).scalar_one())


def _rules(group: str) -> tuple[Rule, ...]:
    if group == "OP-9":
        return tuple(rule for rule in RuleBook(STARTER).open().current() if rule.id == "quiet-opportunity")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        rules = "".join(
            f'[[rule]]\nid = "c{number}"\nversion = 1\nrow = "OP-9"\nwhy = "a benchmark"\n'
            f'every = "workday 07:00"\nfor = "opportunity"\nwhen = "{condition}"\n'
            '[[rule.do]]\naction = "remind"\nto = "owner"\ntext = "look"\n'
            for number, condition in enumerate(SYNTHETIC)
        )
        Path(folder, "made.toml").write_text(f'version = "1"\n{rules}', encoding="utf-8")
        return RuleBook(Path(folder)).open().current()
