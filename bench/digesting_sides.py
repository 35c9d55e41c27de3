"""The sides of the digests benchmark, each run in a process of its own."""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text

from bench.house import FixedClock, office_on, settings_for
from inboxcrm.base.database import open_database
from inboxcrm.base.settings import Settings, User
from inboxcrm.base.settings_team import Team
from inboxcrm.base.work import Office
from inboxcrm.crm.records import Box, Contact, Opportunity, Task
from inboxcrm.outbox.store import count_letters
from inboxcrm.rules.book import RuleBook
from inboxcrm.rules.sweep import run_due_rules

MONDAY = datetime(2026, 11, 23, 6, tzinfo=UTC)
REPS, DEALS = 4, 20  # of each manager, of each rep
AT_ONCE = 5000


def settings_of(managers: int) -> Settings:
    """Give the settings of a company with so many teams of a lead and four reps."""
    keys = [(f"lead{n}", "team_lead") for n in range(managers)]
    keys += [(f"rep{n}", "account_manager") for n in range(managers * REPS)]
    users = tuple(
        User(key=key, name=key.title(), address=f"{key}@bench.example", role=role) for key, role in keys
    )
    teams = tuple(
        Team(
            key=f"team{n}",
            name=f"Team {n}",
            lead=f"lead{n}",
            members=tuple(f"rep{n * REPS + m}" for m in range(REPS)),
        )
        for n in range(managers)
    )
    return settings_for().model_copy(update={"user": users, "team": teams})


def fill(url: str, managers: int) -> dict[str, Any]:
    """Make each rep twenty deals with a task due; every fifth customer waits, every tenth deal is stagnant."""
    begun, engine, count = time.perf_counter(), open_database(url), managers * REPS * DEALS
    with engine.begin() as connection:
        people = [{"id": n, "name": f"Contact {n}", "created_at": MONDAY} for n in range(1, 1001)]
        connection.execute(insert(Contact), people)
        for start in range(1, count + 1, AT_ONCE):
            numbers = range(start, min(start + AT_ONCE, count + 1))
            connection.execute(insert(Box), [_box(n) for n in numbers])
            connection.execute(insert(Opportunity), [_deal(n) for n in numbers])
            connection.execute(insert(Task), [_task(n) for n in numbers])
    with engine.begin() as connection:
        connection.execute(text("analyze"))
    return {"n": count, "seconds": time.perf_counter() - begun}


def _owner(number: int) -> str:
    return f"rep{(number - 1) // DEALS}"


def _box(number: int) -> dict[str, Any]:
    at = MONDAY - timedelta(days=9 if number % 10 == 0 else 2)
    return {
        **{"id": number, "kind": "opportunity", "name": f"Deal {number}", "contact_id": number % 1000 + 1},
        **{
            "owner": _owner(number),
            "is_open": True,
            "is_asleep": False,
            "opened_at": at,
            "last_activity_at": at,
        },
        **{"last_inbound_at": at if number % 5 == 0 else None},
    }


def _deal(number: int) -> dict[str, Any]:
    return {
        **{"id": number, "box_id": number, "kind": "new", "name": f"Deal {number}", "stage": "Quote"},
        **{"state": "Value Proposition", "probability": 10 + number % 80, "owner": _owner(number)},
        **{"amount_minor": number % 5000 * 100, "currency": "EUR", "is_committed": number % 3 == 0},
        **{"close_on": date(2026, 11 + number % 2, 28), "stage_since_at": MONDAY, "created_at": MONDAY},
    }


def _task(number: int) -> dict[str, Any]:
    return {
        **{"id": number, "kind": "next action", "box_id": number, "opportunity_id": number},
        **{"text": "Ask what they think of the quote", "why": "It has been quiet.", "owner": _owner(number)},
        **{"state": "open", "due_at": MONDAY - timedelta(hours=number % 50), "created_at": MONDAY},
        **{"rule": "quiet-opportunity", "rule_version": "1 (2026-11-22)"},
    }


def write(url: str, managers: int, kind: str, to: str) -> dict[str, Any]:
    """Let one rule write the digests, with their letters, in its one transaction; give how many there are."""
    engine, settings = open_database(url), settings_of(managers)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        rule = (
            f'version = "1"\n[[rule]]\nid = "{kind}-{to}"\nversion = 1\nrow = "MG-2"\nwhy = "a benchmark"\n'
            'every = "daily 07:00"\nfor = "company"\n'
            f'[[rule.do]]\naction = "digest"\nto = "{to}"\nkind = "{kind}"\n'
        )
        Path(folder, "made.toml").write_text(rule, encoding="utf-8")
        rules = RuleBook(Path(folder)).open().current()
        run_due_rules(office_on(engine, settings, FixedClock(MONDAY)), rules)
        office = office_on(engine, settings, FixedClock(MONDAY + timedelta(hours=3)))
        before, begun = _letters(office), time.perf_counter()
        run_due_rules(office, rules)
        seconds = time.perf_counter() - begun
    written = _letters(office) - before
    if written != (managers if to == "managers" else 1):
        raise RuntimeError(f"{written} digests were written")
    return {"n": written, "seconds": seconds}


def _letters(office: Office) -> int:
    with office.reading() as session:
        return count_letters(session, "waiting")
