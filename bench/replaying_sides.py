"""The sides of the replay benchmark, each run in a process of its own."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text

from bench.house import FixedClock, office_on, settings_for
from inboxcrm.base.database import open_database
from inboxcrm.base.records import Event
from inboxcrm.crm.records import Box, Contact, Opportunity
from inboxcrm.ingest.records import Message, Thread
from inboxcrm.rules.book import RuleBook
from inboxcrm.rules.calendars import calendars_of
from inboxcrm.rules.facts import facts_of
from inboxcrm.rules.rule import Rule
from inboxcrm.rules.trial.replay import replay_rules

BEGUN = datetime(2026, 9, 1, 8, tzinfo=UTC)
END = BEGUN + timedelta(days=90)
BOXES = 2000
AT_ONCE = 5000
# Half of them look at what changes: the owner and the name of a box; each holds for one message in a thousand or fewer.
CONDITIONS = [
    f"kind == 'customer' and owner == 'anna' and contains(subject, 'number {number:03}9 ')"
    if number % 2
    else f"not is_late and sender == 'bob{number}@acme.example' and contains(name, 'Deal {number}')"
    for number in range(90)
]
SCHEDULED = [f"is_open and amount > {1000 + number} and owner == 'carl' and stage == 'Quote'" for number in range(10)]


def fill(url: str, messages: int) -> dict[str, Any]:
    """Make deals with mails over ninety days; each deal changed its owner twice on the way."""
    begun, engine = time.perf_counter(), open_database(url)
    boxes = range(1, BOXES + 1)
    with engine.begin() as connection:
        connection.execute(insert(Contact), [{"id": n, "name": f"Bob {n}", "created_at": BEGUN} for n in boxes])
        connection.execute(insert(Box), [_box(n) for n in boxes])
        connection.execute(insert(Opportunity), [_opportunity(n) for n in boxes])
        connection.execute(insert(Thread), [{"id": n, "box_id": n} for n in boxes])
        for start in range(1, messages + 1, AT_ONCE):
            numbers = range(start, min(start + AT_ONCE, messages + 1))
            connection.execute(insert(Message), [_message(n, messages) for n in numbers])
            connection.execute(insert(Event), [_received(n, messages) for n in numbers])
        connection.execute(
            insert(Event), [_owner(messages + n, n, day) for day in (30, 60) for n in _shifted(boxes, day)]
        )
    with engine.begin() as connection:
        connection.execute(text("analyze"))
    return {"n": messages, "seconds": time.perf_counter() - begun}


def _shifted(boxes: range, day: int) -> range:
    return boxes if day == 30 else range(BOXES + 1, 2 * BOXES + 1)


def _box(number: int) -> dict[str, Any]:
    return {
        **{"id": number, "kind": "opportunity", "name": f"Deal {number}", "contact_id": number, "owner": "anna"},
        **{"is_open": True, "is_asleep": False, "opened_at": BEGUN, "last_activity_at": END},
    }


def _opportunity(number: int) -> dict[str, Any]:
    return {
        **{"id": number, "box_id": number, "kind": "new", "name": f"Deal {number}", "stage": "Quote"},
        **{"state": "Value Proposition", "probability": 50, "owner": "anna", "currency": "EUR"},
        **{"amount_minor": number * 100, "stage_since_at": BEGUN, "created_at": BEGUN},
    }


def _at(number: int, messages: int) -> datetime:
    return BEGUN + number * (END - BEGUN) / (messages + 1)


def _message(number: int, messages: int) -> dict[str, Any]:
    at, box = _at(number, messages), number % BOXES + 1
    return {
        **{"id": number, "ident": f"{number:064x}", "raw_sha256": "0" * 64, "thread_id": box, "box_id": box},
        **{"kind": "customer", "kind_reason": "", "sender": f"bob{box}@acme.example", "sender_name": f"Bob {box}"},
        **{"recipients": [], "outside": [], "reference_ids": [], "subject": f"Mail number {number % 1000:03}9 of us"},
        **{"text": "", "new_words": "", "attachments": [], "intents": [], "received_at": at, "taken_in_at": at},
        **{"match_how": "", "match_confidence": "sure", "match_others": [], "acted_at": at, "segments": []},
    }


def _received(number: int, messages: int) -> dict[str, Any]:
    about = {"kind": "message.received", "subject_kind": "message", "subject_id": number}
    return _event(number, _at(number, messages), number % BOXES + 1, {}, **about)


def _owner(event_id: int, number: int, day: int) -> dict[str, Any]:
    """Of a box and its deal only one row is told; the other follows in the same way and costs the same."""
    box, (old, new) = (number - 1) % BOXES + 1, ("carl", "maria") if day == 30 else ("maria", "anna")
    about = {"kind": "fact.changed", "subject_kind": "box" if number % 2 else "opportunity", "subject_id": box}
    payload = {"field": "owner", "old": old, "new": new, "why": ""}
    return _event(event_id, BEGUN + timedelta(days=day), box, payload, **about)


def _event(number: int, at: datetime, box: int, payload: dict[str, Any], **about: Any) -> dict[str, Any]:
    return {
        **{"id": number, "box_id": box, "payload": payload, "at": at, "actor": "poller", "depth": 0},
        **{"state": "done", "attempts": 0, **about},
    }


def replay(url: str, messages: int) -> dict[str, Any]:
    """Replay the ninety days."""
    office, rules = office_on(open_database(url), settings_for(), FixedClock(END)), _rules()
    begun, signs = time.perf_counter(), Counter[str]()
    with replay_rules(office, rules, rules, BEGUN, END) as found:
        signs.update(line.sign for line in found)
    return {"n": messages, "seconds": time.perf_counter() - begun, "lines": dict(signs)}


def ask_one_by_one(url: str, messages: int) -> dict[str, Any]:
    """Ask for the facts of each message, as they are today, and judge them by each rule."""
    office = office_on(open_database(url), settings_for(), FixedClock(END))
    rules, calendars = [rule for rule in _rules() if rule.on], calendars_of(office.settings)
    begun, held = time.perf_counter(), 0
    with office.reading() as session:
        for number in range(1, messages + 1):
            facts = facts_of(session, "message", number) or {}
            held += sum(rule.condition.holds(facts, END, calendars) for rule in rules)
    return {"n": messages, "seconds": time.perf_counter() - begun, "held": held}


def _rules() -> tuple[Rule, ...]:
    task = '[[rule.do]]\naction = "task"\nkind = "errand"\nto = "owner"\ntext = "look at {{ name }}"\n'
    head = '[[rule]]\nid = "{}"\nversion = 1\nwhy = "a benchmark"\n{}\nfor = "{}"\nwhen = "{}"\n'
    texts = [
        head.format(f"m{number}", 'on = "message.received"', "message", when) + task
        for number, when in enumerate(CONDITIONS)
    ] + [
        head.format(f"s{number}", 'every = "workday 07:00"', "opportunity", when) + task
        for number, when in enumerate(SCHEDULED)
    ]
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        Path(folder, "made.toml").write_text('version = "1"\n' + "".join(texts), encoding="utf-8")
        return RuleBook(Path(folder)).open().current()
