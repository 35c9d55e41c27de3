"""A line of batches: written in order while the next are fetched, and nothing behind one that could not be written."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import Engine

from inboxcrm.ingest import ahead
from inboxcrm.ingest.ahead import AHEAD, Line
from tests.ingest.building import (
    SALES,
    Died,
    DyingReach,
    ask,
    count,
    fetched,
    make_office,
    open_box,
    raw_mail,
    same_office,
)


def batch(number: int) -> list:
    raw = raw_mail(f"p{number}@firm{number}.test", SALES, f"s{number}", mid=f"<{number}@x>")
    return [fetched(number, raw)]


def line_into(box, office=None) -> Line:
    return Line(office or box.office, box.account, box.folder_id)


def test_batches_are_written_in_their_order_with_their_cursor(both: Engine) -> None:
    box = open_box(make_office(both))
    cursors = []

    with line_into(box) as line:
        for number in range(1, 8):
            line.put(batch(number), number)
            line.then(lambda: cursors.append(ask(both, "select live_uid from folder")[0][0]))

    assert cursors == [1, 2, 3, 4, 5, 6, 7]
    assert [subject for (subject,) in ask(both, "select subject from message order by id")] == [
        f"s{number}" for number in range(1, 8)
    ]
    assert line.taken == 7


def test_what_follows_a_batch_that_was_not_written_is_dropped_and_its_error_told(both: Engine) -> None:
    """V1: no cursor passes a mail that is not there; killed in the third batch, two are there."""
    office = make_office(both)
    box = open_box(office)
    done = []

    def fetch_five() -> None:
        with line_into(box, same_office(office, reach=DyingAtThird())) as line:
            for number in range(1, 6):
                line.put(batch(number), number)
            line.then(lambda: done.append("after"))

    with pytest.raises(Died):
        fetch_five()

    assert count(both, "message") == 2
    assert ask(both, "select live_uid from folder") == [(2,)]
    assert done == []


class DyingAtThird(DyingReach):
    """Dies before the third commit of a batch."""

    def __init__(self) -> None:
        super().__init__("intake.before_commit")
        self.seen = 0

    def __call__(self, point: str) -> None:
        self.seen += point == "intake.before_commit"
        if self.seen >= 3:
            super().__call__(point)


def test_what_was_fetched_is_written_though_fetching_the_next_has_failed(both: Engine) -> None:
    """I13: the connection breaks; what is here already stays."""
    box = open_box(make_office(both))

    def fetch_two() -> None:
        with line_into(box) as line:
            line.put(batch(1), 1)
            line.put(batch(2), 2)
            raise ConnectionError

    with pytest.raises(ConnectionError):
        fetch_two()

    assert count(both, "message") == 2


def test_no_more_than_a_few_batches_wait(both: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever fetches waits for the writer, so that a slow database fills no memory."""
    may_write, written = threading.Event(), []

    def write_slowly(office, folder_id, mails, cursor) -> None:
        assert may_write.wait(30)
        written.append(cursor)

    monkeypatch.setattr(ahead, "write_in", write_slowly)
    box = open_box(make_office(both))
    put: list[int] = []
    is_full = threading.Event()

    def fetch_all() -> None:
        with line_into(box) as line:
            for number in range(1, 9):
                put.append(number)
                if number == AHEAD + 1:
                    is_full.set()
                line.put(batch(number), number)

    fetcher = threading.Thread(target=fetch_all)
    fetcher.start()
    assert is_full.wait(30)
    assert put == list(range(1, AHEAD + 2))
    may_write.set()
    fetcher.join(30)

    assert written == list(range(1, 9))
