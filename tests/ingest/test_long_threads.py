"""A long thread costs each mail as much as a short one (T3): work grows with the mails, not with their square."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, event

from tests.ingest.building import NOON, HandClock, ask, count, make_office, open_box, raw_mail

BATCH = 50
MOST_KEYS = 202  # an id of one's own, 200 that it names, and its conversation's


def thread(length: int, references: int) -> Iterator[bytes]:
    """One conversation of two people, in which each mail names up to so many before it."""
    for number in range(length):
        named = [f"<{before}@mail.example>" for before in range(max(0, number - references), number)]
        sender = f"p{number % 2}@acme.example"
        yield raw_mail(sender, "sales@kestrel.test", mid=f"<{number}@mail.example>", refs=" ".join(named))


def work_of(engine: Engine, mails: list[bytes]) -> list[int]:
    """How many rows each batch read and wrote of keys, threads and messages, as parameters handed to the driver."""
    office = make_office(engine, clock=HandClock())
    box, handed = open_box(office), [0]

    def note(connection, cursor, statement, parameters, context, executemany):
        handed[0] += sum(map(len, parameters)) if executemany else len(parameters)

    event.listen(engine, "before_cursor_execute", note)
    told = []
    for start in range(0, len(mails), BATCH):
        handed[0] = 0
        box.take(*mails[start : start + BATCH], at=NOON.replace(year=2000))
        told.append(handed[0])
    event.remove(engine, "before_cursor_execute", note)
    return told


def test_the_last_mails_of_a_thread_of_a_thousand_cost_as_much_as_the_tenth(engine: Engine) -> None:
    told = work_of(engine, list(thread(1000, 20)))

    assert count(engine, "message") == 1000
    assert count(engine, "thread") == 1
    assert max(told[2:]) < 1.2 * min(told[2:])


@pytest.mark.parametrize("references", [300])
def test_of_three_hundred_references_two_hundred_count_and_each_costs_once(
    engine: Engine, references: int
) -> None:
    """The rows under the keys are one for an id, however many mails name it."""
    told = work_of(engine, list(thread(400, references)))

    assert count(engine, "thread") == 1
    assert count(engine, "thread_key") == 400
    assert max(told) < BATCH * 60 + 5 * MOST_KEYS
    assert ask(engine, "select max(length(reference_ids)) < 200 * 30 from message") == [(True,)]
