"""The ticker finds each kind of due work with no wake at all, and what breaks stops nothing else (V5, Q1)."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from structlog.testing import capture_logs

from inboxcrm.base.database import DatabaseTrouble
from inboxcrm.base.work import Event, Office, Work
from inboxcrm.rules.book import RuleBook
from inboxcrm.workers import jobs, reactions, ticker
from inboxcrm.workers.reactions import react_to_events
from inboxcrm.workers.ticker import tick
from inboxcrm.workers.topics import TOPICS, due_topics
from tests.build import a_quote
from tests.ingest.building import (
    ANNA,
    SALES,
    HandClock,
    ask,
    count,
    make_office,
    open_box,
    raw_mail,
    same_office,
    write,
)
from tests.outbox.letters import expire_claims, put
from tests.workers.test_poller import Waits


@pytest.fixture
def rules(tmp_path: Path) -> RuleBook:
    """A folder of rules with nothing in it."""
    (tmp_path / "rules").mkdir()
    return RuleBook(tmp_path / "rules").open()


def test_nothing_to_do_is_nothing(office: Office, rules: RuleBook) -> None:
    assert due_topics(office, rules) == set()


def test_each_kind_of_due_work_is_found_without_a_wake(
    office: Office, engine: Engine, rules: RuleBook, clock: HandClock
) -> None:
    """A lost wake costs seconds: the database alone says what there is to do."""
    open_box(office).take(raw_mail("c@b.test", SALES))
    assert due_topics(office, rules) == {"events", "index"}
    TOPICS["index"].do(office, rules)
    assert due_topics(office, rules) == {"events"}
    write(engine, "update event set state = 'done'")
    assert due_topics(office, rules) == set()

    letter = put(office, ANNA)
    assert due_topics(office, rules) == {"letters"}
    write(engine, "update letter set state = 'claimed', claimed_until = 9e15")
    assert due_topics(office, rules) == set()
    expire_claims(engine)
    assert due_topics(office, rules) == {"letters"}
    write(engine, "update letter set form = 'draft', state = 'waiting', claimed_until = null")
    assert due_topics(office, rules) == {"drafts"}
    write(engine, "update letter set state = 'laid'")

    with office.work("test", actor="test") as work:
        a_quote(work)
    write(engine, "update event set state = 'done'")
    assert due_topics(office, rules) == {"papers"}
    soon = int((clock.now() + timedelta(minutes=1)).timestamp() * 1_000_000)
    to_invoice = "update document set kind = 'invoice', state = 'provisional', content_sha256 = null, "
    write(engine, to_invoice + "finalise_at = :soon", soon=soon)
    assert due_topics(office, rules) == set()
    clock.move(timedelta(minutes=1))
    assert due_topics(office, rules) == {"invoices"}
    write(engine, "update document set state = 'issued', pdf_sha256 = '00'")

    write(
        engine,
        "insert into command_mail (message_id, state, evidence, wait_until, outcome)"
        " values (1, 'waiting', '', :at, '')",
        at=soon,
    )
    assert due_topics(office, rules) == {"commands"}
    write(engine, "delete from command_mail")
    assert letter == 1

    clock.move(timedelta(minutes=14))  # nobody has read a mailbox all the time
    assert due_topics(office, rules) >= {"staleness"}
    assert set(TOPICS) == {
        *("events", "papers", "letters", "drafts", "invoices", "commands", "index", "schedules", "staleness"),
        "retention",
        "notices",  # tests/commands/test_notice_turns.py
        "handovers",  # tests/commands/test_handover.py
        "webhooks",  # tests/outbox/test_webhook.py
        "bursts",  # tests/outbox/test_burst.py
        "late contacts",  # tests/ingest/test_overdue.py
        "holds",  # tests/crm/test_hold.py
        "dormant",  # tests/crm/importing/test_waking.py
        "sequences",  # tests/rules/sequences/test_steps.py
    }


def test_the_ticker_lives_through_a_database_that_is_away(
    office: Office, rules: RuleBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says so once, and wakes again when the database is back."""
    answers = iter([DatabaseTrouble("gone\nmore"), DatabaseTrouble("gone"), {"letters"}, set()])

    def look(*_: object) -> set[str]:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(ticker, "due_topics", look)
    woken: list[set[str]] = []
    with capture_logs() as logs:
        tick(same_office(office, wake=woken.append), rules, Waits(4))

    assert woken == [{"letters"}]
    assert [(entry["event"], entry["error"]) for entry in logs] == [("database_away", "gone")]


def test_an_event_whose_reaction_breaks_three_times_is_set_aside_and_the_others_go_on(
    office: Office, engine: Engine, rules: RuleBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its error is kept for a person, and nothing of the broken reaction is in the database."""
    seen: list[int] = []

    def react(work: Work, event: Event) -> None:
        seen.append(event.id)
        work.emit("half.done", ("x", 1), is_quiet=True)
        if event.payload["subject"] == "poison":
            raise ValueError("cannot")

    monkeypatch.setattr(reactions, "REACTIONS", (("message.received", react),))
    open_box(office).take(*(raw_mail("c@b.test", SALES, subject) for subject in ("poison", "one", "two")))
    react_to_events(office, rules)

    rows = ask(engine, "select state, attempts, error from event where kind = 'message.received' order by id")
    assert rows == [("failed", 3, "ValueError: cannot"), ("done", 0, None), ("done", 0, None)]
    assert len(seen) == 5
    assert count(engine, "event", "kind = 'half.done'") == 2
    assert count(engine, "event", "state = 'pending'") == 0


def test_four_workers_react_to_each_event_once(
    both: Engine, rules: RuleBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """V5: every job may run several times, also at the same moment."""
    office = make_office(both)

    def react(work: Work, event: Event) -> None:
        work.emit("reacted.to", ("event", event.id), is_quiet=True)

    monkeypatch.setattr(reactions, "REACTIONS", (("message.received", react),))
    open_box(office).take(*(raw_mail(f"c{n}@b{n}.test", SALES) for n in range(10)))
    workers = [threading.Thread(target=react_to_events, args=(same_office(office), rules)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert count(both, "event", "kind = 'reacted.to'") == 10
    assert count(both, "event", "state <> 'done'") == 0


def test_an_unknown_topic_is_let_be(office: Office, rules: RuleBook, monkeypatch: pytest.MonkeyPatch) -> None:
    """A newer version rang for it; this one says so and goes on."""
    monkeypatch.setattr(jobs, "HERE", jobs.Place(office, rules))
    with capture_logs() as logs:
        jobs.perform("tomorrow")
        jobs.perform("letters")

    assert [entry["event"] for entry in logs] == ["unknown_topic"]
