"""One transaction: whole or not at all, and queues are woken only after its commit (V5)."""

from __future__ import annotations

import threading

import pytest

from inboxcrm.base.records import Event
from inboxcrm.base.store import count_events, has_pending_event
from inboxcrm.base.work import Office
from tests.build import START, on_both_databases


@on_both_databases
def test_a_rollback_leaves_nothing_and_wakes_nobody(office: Office, woken: list[set[str]]) -> None:
    with pytest.raises(RuntimeError):
        _fail_half_way(office)

    with office.reading() as session:
        assert count_events(session, "lead.created") == 0
    assert woken == []


@on_both_databases
def test_workers_are_woken_once_after_the_commit(office: Office, woken: list[set[str]]) -> None:
    with office.work("test", actor="anna") as work:
        work.emit("lead.created", ("lead", 1))
        work.wake("letters")
        work.wake("letters")
        assert woken == []

    assert woken == [{"events", "letters"}]


def test_a_quiet_fact_is_history_that_nobody_reacts_to(office: Office, woken: list[set[str]]) -> None:
    with office.work("test", actor="anna") as work:
        work.emit("letter.written", ("letter", 1), is_quiet=True)

    assert woken == []
    with office.reading() as session:
        assert not has_pending_event(session)
        assert count_events(session, "letter.written") == 1


def test_a_fact_keeps_who_when_and_why(office: Office) -> None:
    with office.work("test", actor="anna") as work:
        first = work.emit("lead.created", ("lead", 1))
        work.session.flush()
        work.cause, work.depth = first, 1
        work.emit("lead.moved", ("lead", 1), box_id=4, old="New", new="Dead")

    with office.reading() as session:
        event = session.get_one(Event, 2)
        assert (event.actor, event.at, event.cause_id, event.depth) == ("anna", START, 1, 1)
        assert (event.box_id, event.payload) == (4, {"old": "New", "new": "Dead"})


def test_the_points_of_a_transaction_are_passed_in_order(office: Office) -> None:
    passed: list[str] = []
    told = Office(
        office.engine, office.clock, office.ids, office.settings, office.key, office.wake, passed.append
    )
    with told.work("intake", actor="x"):
        passed.append("inside")

    assert passed == ["inside", "intake.before_commit", "intake.after_commit"]


@on_both_databases
def test_a_reader_never_waits_for_a_writer(office: Office) -> None:
    seen: list[int] = []
    with office.work("test", actor="anna") as work:
        work.emit("lead.created", ("lead", 1))
        work.session.flush()
        reader = threading.Thread(target=lambda: seen.append(_count(office)))
        reader.start()
        reader.join(5)
        assert seen == [0]  # it answered while the writer was still at it


def _count(office: Office) -> int:
    with office.reading() as session:
        return count_events(session, "lead.created")


def _fail_half_way(office: Office) -> None:
    with office.work("test", actor="anna") as work:
        work.emit("lead.created", ("lead", 1))
        work.session.flush()
        raise RuntimeError
