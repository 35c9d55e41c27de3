"""The sides of the rules benchmark, each run in a process of its own."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from bench.house import FixedClock, office_on, settings_for
from inboxcrm.base.columns import EPOCH
from inboxcrm.base.database import open_database
from inboxcrm.base.store import insert_rows
from inboxcrm.base.work import Office
from inboxcrm.crm.records import Box, Contact, Opportunity, Task
from inboxcrm.ingest.records import Message, Thread
from inboxcrm.rules.book import RuleBook
from inboxcrm.rules.facts import FACT_TABLES, facts_of, find_records
from inboxcrm.rules.firing import fire_event_rules
from inboxcrm.rules.rule import Rule
from inboxcrm.rules.starter_sets import STARTER
from inboxcrm.rules.store import count_firings
from inboxcrm.rules.sweep import run_due_rules

MONDAY = datetime(2026, 11, 2, 8, tzinfo=UTC)  # at 08:00 the schedules below are past
DAY = timedelta(days=1)
AT_ONCE = 20_000
RULES = 100
FALLEN_QUIET = 100  # in the week after, for OP-9
MAILS = 300
# What people ask of deals: a quarter of the rules each. {n} tells the rules apart.
CONDITIONS = (
    "is_open and last_activity_at < now - days({n})",
    "is_open and stage == 'Closure' and stage_since_at < now - days({n})",
    "is_open and stage_overdue_at < now - hours({n})",
    "is_open and close_on < date('2026-09-01') and probability > {n} - 200",
)
BY_HAND = (
    "select o.id from opportunity o join box b on b.id = o.box_id"
    " where o.closed_at is null and b.last_activity_at < :now - {n} * 86400000000",
    "select o.id from opportunity o where o.closed_at is null and o.stage = 'Closure'"
    " and o.stage_since_at < :now - {n} * 86400000000",
    "select o.id from opportunity o where o.closed_at is null and o.stage_overdue_at < :now - {n} * 3600000000",
    "select o.id from opportunity o where o.closed_at is null and o.close_on < '2026-09-01'"
    " and o.probability > {n} - 200",
)
LEAST = (40, 40, 240, 1)  # the least {n} of each: all of them hold for the same records


def fill(url: str, records: int, matching: int) -> dict[str, Any]:
    """Make open opportunities of a thousand contacts, of which so many have long been quiet, late and past their day.

    A hundred more fall quiet in the week after. A hundredth of all have each a mail.
    """
    begun, engine = time.perf_counter(), open_database(url)
    people = range(1, min(records, 1000) + 1)
    with Session(engine) as session, session.begin():
        contacts = [{"id": n, "name": f"Contact {n}", "created_at": MONDAY} for n in people]
        insert_rows(session, Contact.__table__, contacts)
    for start in range(1, records + 1, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, records + 1))
        with Session(engine) as session, session.begin():
            insert_rows(session, Box.__table__, [_box(n, len(people), matching) for n in numbers])
            insert_rows(session, Opportunity.__table__, [_opportunity(n, matching) for n in numbers])
            insert_rows(session, Task.__table__, [_next_action(n) for n in numbers])
    with Session(engine) as session, session.begin():
        insert_rows(session, Thread.__table__, [{"id": 1, "box_id": 1}])
        insert_rows(session, Message.__table__, [_mail(n) for n in range(1, MAILS + 1)])
        if engine.dialect.name == "postgresql":
            for table in ("contact", "box", "opportunity", "task", "thread", "message"):
                last = f"(select max(id) from {table})"
                session.execute(text(f"select setval(pg_get_serial_sequence('{table}', 'id'), {last})"))
    with engine.begin() as connection:
        connection.execute(text("analyze"))
    return {"n": records, "seconds": time.perf_counter() - begun}


def _box(number: int, people: int, matching: int) -> dict[str, Any]:
    at = MONDAY + timedelta(days=10)
    if number <= matching:
        at = MONDAY - 200 * DAY
    elif number <= matching + FALLEN_QUIET:
        at = MONDAY - timedelta(hours=12)
    return {
        **{"id": number, "kind": "opportunity", "name": f"Deal {number}", "contact_id": number % people + 1},
        **{"owner": "anna", "is_open": True, "is_asleep": False, "opened_at": at, "last_activity_at": at},
    }


def _opportunity(number: int, matching: int) -> dict[str, Any]:
    is_old = number <= matching
    begun_at = MONDAY - timedelta(hours=12) if number <= matching + FALLEN_QUIET else MONDAY
    return {
        **{"id": number, "box_id": number, "kind": "new", "name": f"Deal {number}"},
        **{"stage": "Closure" if is_old or number % 5 == 0 else "Quote", "state": "Value Proposition"},
        **{"probability": 10 + number % 80, "owner": "anna"},
        **{"amount_minor": number % 5000 * 100, "currency": "EUR"},
        **{"stage_since_at": MONDAY - 200 * DAY if is_old else begun_at, "created_at": begun_at},
        **{"stage_overdue_at": MONDAY - 100 * DAY if is_old else MONDAY + 60 * DAY},
        **{"close_on": date(2026, 8, 1) if is_old else date(2027, 1, 1) + number % 300 * DAY},
    }


def _next_action(number: int) -> dict[str, Any]:
    return {
        **{"id": number, "kind": "next action", "box_id": number, "opportunity_id": number},
        **{"text": "Ask what they think of the quote", "why": "", "owner": "anna", "state": "open"},
        **{"due_at": MONDAY + 30 * DAY, "created_at": MONDAY},
    }


def _mail(number: int) -> dict[str, Any]:
    lists = ("recipients", "outside", "reference_ids", "segments", "attachments", "intents", "match_others")
    words = dict.fromkeys(("text", "new_words"), "We need licences. " * 20)
    told = dict.fromkeys(("kind_reason", "sender_name", "subject", "match_how"), "a mail")
    known = {"id": number, "ident": f"m{number}", "raw_sha256": "0" * 64, "thread_id": 1, "box_id": 1}
    known |= {"contact_id": 1, "kind": "customer", "sender": "a@acme.example", "match_confidence": "sure"}
    return known | {"received_at": MONDAY, "taken_in_at": MONDAY} | words | told | {one: [] for one in lists}


def sweep(url: str) -> dict[str, Any]:
    """Let the rules come into force, then run the sweep of the next day, on which nothing has changed."""
    with _rules(_scheduled()) as rules:
        engine, settings = open_database(url), settings_for()
        run_due_rules(office_on(engine, settings, FixedClock(MONDAY)), rules)
        _analyze(url)
        office = office_on(engine, settings, FixedClock(MONDAY + DAY))
        before = _firings(office)
        begun, worked = time.perf_counter(), time.process_time()
        if run_due_rules(office, rules) != RULES:
            raise RuntimeError("a rule was not due")
        seconds = time.perf_counter() - begun
        worked = time.process_time() - worked
    return {"n": RULES, "seconds": seconds, "cpu_s": round(worked, 3), "fired": _firings(office) - before}


def sweep_by_hand(url: str) -> dict[str, Any]:
    """Do the same by SQL of one's own: what is new, what has ended, and the mark, with the product's own tables."""
    found, now = 0, _micros(MONDAY + DAY)
    with open_database(url).connect() as connection:
        begun = time.perf_counter()
        for name, query in _by_hand():
            fresh = f"{query} and not exists (select 1 from episode e where e.rule = :rule and e.subject_id = o.id)"
            ended = (
                "select e.subject_id from episode e where e.rule = :rule"
                f" and not exists ({query} and o.id = e.subject_id)"
            )
            for one in (fresh, ended):
                found += len(connection.execute(text(one), _values(one, now, name)).all())
        connection.rollback()
        connection.execute(text("update sweep set served_at = served_at"))
        connection.commit()
        seconds = time.perf_counter() - begun
    return {"n": RULES, "seconds": seconds, "held": found}


def look_by_hand(url: str) -> dict[str, Any]:
    """Run the queries that a person would write, and fetch the ids that they find."""
    held, now = 0, _micros(MONDAY + DAY)
    with open_database(url).connect() as connection:
        begun = time.perf_counter()
        for name, query in _by_hand():
            held += len(connection.execute(text(query), _values(query, now, name)).all())
        seconds = time.perf_counter() - begun
    return {"n": RULES, "seconds": seconds, "held": held}


def look_by_python(url: str) -> dict[str, Any]:
    """Ask the generated functions about a part of the records, reckoned for all; facts are in memory already."""
    with _rules(_scheduled()) as rules:
        office = office_on(open_database(url), settings_for(), FixedClock(MONDAY))
        count, most = _count(url), 20_000
        with office.reading() as session:
            table = FACT_TABLES["opportunity"]
            where = table.facts["box_id"].column <= most  # type: ignore[operator]
            facts = list(find_records(session, "opportunity", where).values())
        begun = time.perf_counter()
        held = sum(rule.condition.holds(values, MONDAY + DAY) for rule in rules for values in facts)
        seconds = (time.perf_counter() - begun) * count / len(facts)
    return {"n": RULES, "seconds": seconds, "held": held}


def fire(url: str) -> dict[str, Any]:
    """Let OP-9 come into force when nothing is due, then run the sweep of the next Monday."""
    engine, settings, rules = open_database(url), settings_for(), _quiet()
    run_due_rules(office_on(engine, settings, FixedClock(MONDAY)), rules)
    office = office_on(engine, settings, FixedClock(MONDAY + 7 * DAY))
    before, begun = _firings(office), time.perf_counter()
    run_due_rules(office, rules)
    seconds = time.perf_counter() - begun
    return {"n": _count(url), "seconds": seconds, "fired": _firings(office) - before}


def quiet_by_hand(url: str) -> dict[str, Any]:
    """Find what OP-9 finds, and fetch its rows."""
    query = (
        "select o.id, o.name, o.owner from opportunity o join box b on b.id = o.box_id"
        " where o.closed_at is null and o.wake_on is null and b.last_activity_at < :week_ago"
        " and o.stage_since_at < :week_ago and coalesce(o.woken_at, o.created_at) < :week_ago"
        " and not (b.last_activity_at < :weeks_ago and coalesce(o.stage_overdue_at, :now) < :now)"
    )
    now = MONDAY + 7 * DAY
    times = {"week_ago": _micros(MONDAY), "weeks_ago": _micros(now - 21 * DAY), "now": _micros(now)}
    with open_database(url).connect() as connection:
        begun = time.perf_counter()
        held = len(connection.execute(text(query), times).all())
        seconds = time.perf_counter() - begun
    return {"n": _count(url), "seconds": seconds, "held": held}


def react(url: str) -> dict[str, Any]:
    """Ask 100 event rules of each mail; none holds, so that it is the price of asking."""
    with _rules(_on_mail()) as rules:
        office = office_on(open_database(url), settings_for(), FixedClock(MONDAY))
        with office.work("bench", actor="bench") as work:
            events = [work.emit("message.received", ("message", n), box_id=1) for n in range(1, MAILS + 1)]
            work.session.flush()
            fire_event_rules(work, events[0], rules)  # what is built once is not counted
            begun, worked = time.perf_counter(), time.process_time()
            for event in events:
                fire_event_rules(work, event, rules)
            seconds, worked = time.perf_counter() - begun, time.process_time() - worked
            work.session.rollback()
    return {"n": MAILS, "seconds": seconds, "cpu_ms_each": round(worked / MAILS * 1000, 3)}


def react_by_python(url: str) -> dict[str, Any]:
    """Ask the functions alone; the mail's facts are in memory."""
    with _rules(_on_mail()) as rules:
        office = office_on(open_database(url), settings_for(), FixedClock(MONDAY))
        with office.reading() as session:
            facts = facts_of(session, "message", 1) or {}
        begun = time.perf_counter()
        for _ in range(MAILS):
            for rule in rules:
                rule.condition.holds(facts, MONDAY)
        seconds = time.perf_counter() - begun
    return {"n": MAILS, "seconds": seconds}


def _scheduled() -> list[str]:
    keys = 'every = "workday 07:00"\nfor = "opportunity"\nwhen = "{}"\n'
    return [keys.format(CONDITIONS[n % 4].format(n=LEAST[n % 4] + n)) for n in range(RULES)]


def _by_hand() -> Iterator[tuple[str, str]]:
    for n in range(RULES):
        yield f"c{n}", BY_HAND[n % 4].format(n=LEAST[n % 4] + n)


def _on_mail() -> list[str]:
    keys = 'on = "message.received"\nfor = "message"\nwhen = "{}"\n'
    when = "kind == 'customer' and not is_acceptance and is_first and contains(subject, 'offer {}')"
    return [keys.format(when.format(n)) for n in range(RULES)]


@contextmanager
def _rules(occasions: list[str]) -> Iterator[tuple[Rule, ...]]:
    """Give rules made of these keys, read as those of a customer."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        rules = "".join(
            f'[[rule]]\nid = "c{number}"\nversion = 1\nwhy = "a benchmark"\n{keys}'
            '[[rule.do]]\naction = "notice"\nto = "owner"\ntext = "look"\n'
            for number, keys in enumerate(occasions)
        )
        Path(folder, "made.toml").write_text(f'version = "1"\n{rules}', encoding="utf-8")
        yield RuleBook(Path(folder)).open().current()


def _quiet() -> tuple[Rule, ...]:
    return tuple(rule for rule in RuleBook(STARTER).open().current() if rule.id == "quiet-opportunity")


def _micros(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)


def _values(query: str, now: int, rule: str) -> dict[str, Any]:
    return {name: value for name, value in (("now", now), ("rule", rule)) if f":{name}" in query}


def _firings(office: Office) -> int:
    with office.reading() as session:
        return count_firings(session)


def _analyze(url: str) -> None:
    with open_database(url).begin() as connection:
        connection.execute(text("analyze episode"))


def _count(url: str) -> int:
    with open_database(url).connect() as connection:
        return _rows(connection)


def _rows(connection: Connection) -> int:
    return int(connection.execute(text("select count(*) from opportunity")).scalar_one())
