"""An answer against two senders, all at once: what was heard before a letter is claimed is never overtaken (EM-8)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.base.work import Office
from inboxcrm.outbox.delivery import claim_letter
from inboxcrm.outbox.records import Letter
from inboxcrm.rules.sequences.judging import judge_by
from inboxcrm.workers.reactions import react_to_events
from tests.build import HandClock, Mail, deliver, on_both_databases
from tests.rules.sequences.running import Stage, a_stage

CUSTOMERS = 10


@pytest.fixture
def stage(office: Office, clock: HandClock) -> Stage:
    """Ten customers have their first letter; the second one waits in the outbox."""
    made = a_stage(office, clock)
    for number in range(CUSTOMERS):
        made.begin(f"p{number}@firm{number}.example")
    made.send()
    clock.at = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
    made.step()
    assert made.states().count("waiting") == CUSTOMERS
    return made


def second_letters(stage: Stage) -> dict[str, Letter]:
    with Session(stage.office.engine, expire_on_commit=False) as session:
        found = session.scalars(select(Letter).where(Letter.kind == "letter").order_by(Letter.id)).all()
        return {letter.recipients[0].address: letter for letter in found}


def at_once(*tasks: Callable[[], None]) -> list[BaseException]:
    """Run all of them together; give what went wrong."""
    start, errors = threading.Barrier(len(tasks)), list[BaseException]()

    def run(task: Callable[[], None]) -> None:
        start.wait(10)
        try:
            task()
        except BaseException as error:  # noqa: BLE001 — shown by the test
            errors.append(error)

    threads = [threading.Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return errors


@on_both_databases
def test_answers_and_two_senders_at_once(stage: Stage) -> None:
    """Each letter is sent or withdrawn, none is stuck, and no lock is waited for in a circle.

    A letter whose customer's answer was taken in before anybody began to claim it has not left.
    """
    letters = second_letters(stage)
    judge = judge_by(stage.rules.current())
    answered: dict[str, bool] = {}

    def answer() -> None:
        for number in range(CUSTOMERS):
            address = f"p{number}@firm{number}.example"
            deliver(stage.office, Mail("We take them.", sender=address))
            answered[address] = True

    def send() -> None:
        for address, letter in reversed(letters.items()):
            was_heard = address in answered
            claimed = claim_letter(stage.office, letter.id, judge)
            if was_heard:
                assert claimed is None, address

    def react() -> None:
        for _ in range(5):
            react_to_events(stage.office, stage.rules)

    assert at_once(answer, send, send, react) == []
    stage.react()
    states = {address: letter.state for address, letter in second_letters(stage).items()}
    assert set(states.values()) <= {"claimed", "cancelled"}
    with stage.office.reading() as session:
        assert not session.scalars(
            select(Letter.id).where(Letter.state == "waiting", Letter.run_id > 0)
        ).all()
    assert {run.state for run in stage.runs()[:CUSTOMERS]} == {"stopped"}
