"""Blobs are kept once; rows that are there already are let be."""

from __future__ import annotations

import hashlib

import pytest
from sqlalchemy import func, select

from inboxcrm.base.records import Blob, Switch
from inboxcrm.base.store import (
    blob_content,
    insert_or_ignore,
    keep_blobs,
    lock_pending_event,
    mark_events_done,
    pending_events,
    set_switch,
    switch_value,
)
from inboxcrm.base.work import Office, Work
from tests.build import START, on_both_databases


@on_both_databases
def test_the_same_bytes_are_kept_once_and_found_by_their_hash(work: Work) -> None:
    first = keep_blobs(work.session, [b"one", b"two", b"one"])
    second = keep_blobs(work.session, [b"two", b"\x00\xff"])

    assert first == [hashlib.sha256(raw).hexdigest() for raw in (b"one", b"two", b"one")]
    assert second[0] == first[1]
    assert work.session.scalar(select(func.count()).select_from(Blob)) == 3
    assert blob_content(work.session, second[1]) == b"\x00\xff"


def test_a_hash_without_bytes_is_an_error(work: Work) -> None:
    with pytest.raises(KeyError):
        blob_content(work.session, "0" * 64)


@on_both_databases
def test_a_row_that_is_there_is_let_be_and_the_others_are_inserted(work: Work) -> None:
    set_switch(work.session, "sending", "stopped", START)
    work.session.flush()

    rows = [{"name": name, "value": "other", "at": START} for name in ("sending", "live:sales@x.example")]
    insert_or_ignore(work.session, Switch.__table__, rows)
    insert_or_ignore(work.session, Switch.__table__, [])

    assert switch_value(work.session, "sending") == "stopped"
    assert switch_value(work.session, "live:sales@x.example") == "other"


@on_both_databases
def test_an_event_is_taken_by_one_worker_only(office: Office) -> None:
    with office.work("test", actor="anna") as work:
        work.emit("lead.created", ("lead", 1))
    with office.reading() as session:
        [(event_id, kind)] = pending_events(session, 10)
    assert kind == "lead.created"
    with office.work("first", actor="system") as first:
        event = lock_pending_event(first.session, event_id)
        assert event is not None
        if office.engine.dialect.name == "postgresql":  # SQLite lets no second writer begin
            with office.work("second", actor="system") as second:
                assert lock_pending_event(second.session, event_id) is None
        event.state = "done"
    with office.work("third", actor="system") as third:
        assert lock_pending_event(third.session, event_id) is None


@on_both_databases
def test_events_that_nobody_listens_to_are_marked_in_one_go_and_the_others_stay(work: Work) -> None:
    events = [work.emit("lead.created", ("lead", number)) for number in range(3)]
    work.session.flush()

    mark_events_done(work.session, [events[0].id, events[2].id])

    assert pending_events(work.session, 10) == [(events[1].id, "lead.created")]
