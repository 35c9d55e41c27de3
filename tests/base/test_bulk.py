"""Many rows in one command: the same rows, and the same errors, as one by one; on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from inboxcrm.base.database import ValuesRefused
from inboxcrm.base.records import Blob, Event
from inboxcrm.base.store import draw_id, insert_events, insert_or_change, keep_hashed
from inboxcrm.ingest.records import Thread, ThreadKey
from tests.build import START, on_both_databases

MANY = 8
ODD = ["plain", "ümläut ☃ 日本", 'quote " and \\ and {a,b}', "NULL", "", "line\nbreak", "a'b;--", "x" * 60]
VALUES = {
    "subject_kind": "box",
    "subject_id": 1,
    "box_id": None,
    "at": START,
    "actor": "test",
    "cause_id": None,
}


@on_both_databases
def test_many_rows_come_back_as_they_were_written(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        rows = [
            {**VALUES, "kind": word, "payload": {"word": word, "list": []}, "state": "done"} for word in ODD
        ]
        insert_events(session, [{**row, "depth": 0, "attempts": 0} for row in rows])
    with Session(engine) as session:
        found = list(session.scalars(select(Event).order_by(Event.id)))
    assert [one.kind for one in found] == ODD
    assert [one.payload for one in found] == [{"word": word, "list": []} for word in ODD]
    assert {(one.at, one.box_id, one.error) for one in found} == {(START, None, None)}


@on_both_databases
def test_what_is_there_already_stays_or_changes_as_asked(engine: Engine) -> None:
    contents = {f"{n:064}": bytes([n, 0, 255]) * n for n in range(MANY + 2)}
    with Session(engine) as session, session.begin():
        keep_hashed(session, dict(list(contents.items())[:3]))
        keep_hashed(session, contents)
        thread = Thread(id=draw_id(session, Thread.__table__))
        session.add(thread)
        session.flush()
        for people in (["a@b.example"], ["c@d.example", "@d.example"]):
            rows = [
                {"mid_hash": f"{n}", "thread_id": thread.id, "people": people, "is_tokened": n % 2 == 1}
                for n in range(MANY)
            ]
            insert_or_change(session, ThreadKey.__table__, rows, "people", "is_tokened")
    with Session(engine) as session:
        assert {one.sha256: one.content for one in session.scalars(select(Blob))} == contents
        keys = list(session.scalars(select(ThreadKey)))
    assert sorted(key.is_tokened for key in keys) == [False] * (MANY // 2) + [True] * (MANY // 2)
    assert {tuple(key.people) for key in keys} == {("c@d.example", "@d.example")}


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
@pytest.mark.parametrize("count", [1, MANY])
def test_a_word_that_is_too_long_is_refused_and_not_cut(engine: Engine, count: int) -> None:
    rows = [{**VALUES, "kind": "x" * 61, "payload": {}, "state": "done", "depth": 0, "attempts": 0}] * count
    with Session(engine) as session, pytest.raises(ValuesRefused):
        insert_events(session, rows)
