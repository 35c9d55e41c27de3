"""So many letters leave for one address by themselves, and no more: robots cannot keep each other busy (L1, P14)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from inboxcrm.base.settings import Settings
from inboxcrm.base.work import Office
from inboxcrm.outbox.caps import free_held, peer_of
from inboxcrm.outbox.delivery import claim_letter
from inboxcrm.outbox.letter import move_letter
from inboxcrm.outbox.store import due_letter_ids, lock_letter
from tests.ingest.building import ANNA, SALES, HandClock, ask, count, make_office, settings_values
from tests.outbox.letters import put, say

CARLA = "carla@brouwer.test"
CAPS = {"to_user_an_hour": 3, "to_user_a_day": 5, "to_outsider_an_hour": 2, "to_outsider_a_day": 4}
HOUR = timedelta(hours=1)


@pytest.fixture
def office(engine: Engine, clock: HandClock) -> Office:
    settings = Settings.model_validate(settings_values() | {"sending": CAPS})
    office = make_office(engine, settings=settings, clock=clock)
    say(office, f"live:{SALES}", "live")
    return office


def leave(office: Office) -> list[int]:
    """What leaves now, as a worker does it."""
    with office.reading() as session:
        due = due_letter_ids(session, office.clock.now(), "letter")
    return [one for one in due if claim_letter(office, one)]


def put_many(office: Office, number: int, *to: str) -> None:
    for n in range(number):
        put(office, *to, dedupe=f"{to[0]}:{n}:{office.clock.now()}")


def left_for(office: Office, address: str) -> int:
    return count(office.engine, "letter_recipient", f"address = '{address}' and taken_at is not null")


def held(office: Office) -> Sequence[str]:
    return [row[0] for row in ask(office.engine, "select error from letter where phase = 'held' order by id")]


def test_what_is_over_the_cap_of_an_hour_waits_until_there_is_room(office: Office, clock: HandClock) -> None:
    """L1: none is lost, and none overtakes."""
    put_many(office, 3, CARLA)
    assert leave(office) == [1, 2]
    assert held(office) == [f"held: {CARLA} has had its 2 letters an hour"]

    clock.move(HOUR - timedelta(seconds=1))
    assert 3 not in leave(office)
    clock.move(timedelta(seconds=1))
    assert leave(office) == [3]


def test_the_cap_of_a_day_holds_too(office: Office, clock: HandClock) -> None:
    put_many(office, 9, CARLA)
    days = []
    for _ in range(3):
        start = left_for(office, CARLA)
        for _ in range(24):
            leave(office)
            clock.move(HOUR)
        days.append(left_for(office, CARLA) - start)

    assert days == [4, 4, 1]


def test_others_get_their_letters_while_one_address_is_full(office: Office) -> None:
    put_many(office, 3, CARLA)
    put(office, "bob@acme.test", dedupe="bob")

    assert leave(office) == [1, 2, 4]


def test_our_own_people_have_caps_of_their_own(office: Office) -> None:
    put_many(office, 9, ANNA)

    assert len(leave(office)) == CAPS["to_user_an_hour"]


def test_a_robot_that_answers_from_a_new_plus_address_each_time_is_one_peer(office: Office) -> None:
    """P14: and capital letters make no other address either."""
    for n in range(5):
        put(office, f"Carla+{n}@brouwer.test", dedupe=str(n))

    assert len(leave(office)) == 2
    assert peer_of("Carla+7@Brouwer.test") == CARLA


def test_a_letter_to_two_waits_for_the_one_who_is_full(office: Office) -> None:
    put_many(office, 2, CARLA)
    put(office, "bob@acme.test", CARLA, dedupe="both")

    assert leave(office) == [1, 2]
    assert left_for(office, "bob@acme.test") == 0


def test_the_manager_is_told_once_a_day_for_each_address_and_that_letter_is_never_held(
    office: Office, clock: HandClock
) -> None:
    """L1: also where the manager is the one who is full."""
    put_many(office, 9, "ben@kestrel.test")
    put_many(office, 9, CARLA)
    for _ in range(4):
        leave(office)
    told = ask(
        office.engine, "select subject from letter where kind = 'capped' and state = 'claimed' order by id"
    )
    assert told == [("Letters to ben@kestrel.test are held",), (f"Letters to {CARLA} are held",)]
    assert count(office.engine, "event", "kind = 'letter.capped'") == 2

    clock.move(timedelta(hours=3))
    leave(office)
    assert count(office.engine, "letter", "kind = 'capped'") == 2
    clock.move(timedelta(days=1))
    put_many(office, 9, CARLA)
    leave(office)
    assert count(office.engine, "letter", "kind = 'capped'") == 4


def test_a_letter_that_is_tried_again_counts_once(office: Office, clock: HandClock) -> None:
    """S3: a server that puts a letter off does not use up its addressee's share."""
    put(office, CARLA)
    for _ in range(5):
        assert leave(office) == [1]
        with office.work("test", actor="test") as work:
            letter = lock_letter(work.session, 1)
            move_letter(work, letter, "waiting", "451 later")
            letter.due_at = work.now
        clock.move(timedelta(minutes=1))
    put(office, CARLA, dedupe="two")

    assert leave(office) == [1, 2]


def test_what_a_person_lets_go_leaves_at_once_and_counts_for_nothing(office: Office) -> None:
    """What somebody does by his own act is under no cap."""
    put_many(office, 6, CARLA)
    while leave(office):
        pass
    with office.work("test", actor="owner") as work:
        assert free_held(work, CARLA.upper()) == 4
        assert free_held(work, CARLA) == 0

    assert leave(office) == [3, 4, 5, 6]
    assert left_for(office, CARLA) == 2


def test_drafts_are_laid_however_many(office: Office) -> None:
    """The rep sends them herself."""
    for n in range(6):
        put(office, CARLA, dedupe=str(n), form="draft")
    with office.reading() as session:
        due = due_letter_ids(session, office.clock.now(), "draft")

    assert all(claim_letter(office, one) for one in due)
    assert len(due) == 6
