"""What a letter's bytes say of its place in the conversation, and of the way back to us (T2, T3)."""

from __future__ import annotations

import base64
from datetime import timedelta
from email import message_from_bytes
from email.message import Message

import pytest
from sqlalchemy import Engine

from inboxcrm.base.settings import Settings
from inboxcrm.base.work import Office
from inboxcrm.ingest.answering import answer_to
from inboxcrm.ingest.store import message_by_id
from inboxcrm.mail.thread_index import new_thread_index
from inboxcrm.outbox.letter import Thread
from inboxcrm.outbox.mime import letter_bytes
from inboxcrm.outbox.store import letter_by_id
from tests.ingest.building import (
    ANNA,
    NOON,
    SALES,
    HandClock,
    ask,
    make_office,
    open_box,
    raw_mail,
    settings_values,
)
from tests.outbox.letters import put

CARLA = "carla@brouwer.test"
OUTLOOK = new_thread_index(NOON - timedelta(days=3), "outlook")


@pytest.fixture
def office(engine: Engine, clock: HandClock) -> Office:
    return an_office(engine, clock, plus_addresses=True)


def an_office(engine: Engine, clock: HandClock, address: str = SALES, **account: object) -> Office:
    values = settings_values()
    values["account"][0] |= {"address": address, **account}
    return make_office(engine, settings=Settings.model_validate(values), clock=clock)


def written(office: Office, number: int) -> Message:
    """A letter as it leaves."""
    with office.reading() as session:
        return message_from_bytes(
            letter_bytes(session, office.settings, letter_by_id(session, number), office.clock.now())
        )


def index_of(mail: Message) -> bytes:
    return base64.b64decode(str(mail["Thread-Index"]), validate=True)


def asked(office: Office, mid: str, **headers: str) -> Thread:
    """Where an answer to a new mail of Carla's stands."""
    inbox = open_box(office)
    inbox.uid = len(ask(office.engine, "select 1 from location"))
    inbox.take(raw_mail(CARLA, SALES, mid=f"<{mid}>", refs=headers.pop("refs", ""), headers=headers))
    with office.reading() as session:
        [(newest,)] = ask(office.engine, "select max(id) from message")
        return answer_to(session, message_by_id(session, newest))


def test_an_answer_to_an_outlook_mail_stands_below_it(office: Office) -> None:
    """T3: Outlook threads by it where a server dropped References."""
    put(office, CARLA, thread=asked(office, "1@b", **{"Thread-Index": OUTLOOK}))

    index = index_of(written(office, 1))
    assert index[:22] == base64.b64decode(OUTLOOK)
    assert len(index) == 27


def test_two_answers_to_a_mail_that_has_none_stand_together(office: Office, clock: HandClock) -> None:
    thread = asked(office, "1@b")
    put(office, CARLA, thread=thread)
    clock.move(timedelta(days=1))
    put(office, CARLA, dedupe="two", thread=thread)

    first, second = index_of(written(office, 1)), index_of(written(office, 2))
    assert first[:22] == second[:22]
    assert first != second


def test_what_follows_our_own_letter_stands_below_it(office: Office, clock: HandClock) -> None:
    """Also where the mail between has none, and has another beginning."""
    put(office, CARLA, thread=asked(office, "1@b"))
    ours = str(written(office, 1)["Message-ID"])
    clock.move(timedelta(hours=2))
    put(office, CARLA, dedupe="two", thread=asked(office, "2@b", refs=f"<1@b> {ours}"))

    first, second = index_of(written(office, 1)), index_of(written(office, 2))
    assert second[:27] == first
    assert len(second) == 32


def test_letters_about_different_things_have_beginnings_of_their_own(office: Office) -> None:
    put(office, CARLA)
    put(office, CARLA, dedupe="two")

    assert index_of(written(office, 1)) != index_of(written(office, 2))
    assert len(index_of(written(office, 1))) == 22


def test_answers_are_asked_for_at_an_address_with_the_letters_token_and_find_their_way(
    office: Office,
) -> None:
    """T2: where all else is lost, the address brings it back."""
    put(office, CARLA)
    mail = written(office, 1)
    token = str(mail["Message-ID"]).strip("<>").partition("@")[0]
    assert mail["Reply-To"] == f"Kestrel <sales+{token}@kestrel.test>"

    open_box(office).take(raw_mail("c.smit@gmail.test", str(mail["Reply-To"]), "Fine"))
    assert ask(office.engine, "select answers_letter_id from message") == [(1,)]


def test_no_such_address_is_written_where_the_server_is_not_said_to_know_it(
    engine: Engine, clock: HandClock
) -> None:
    """The default: mail to an address that a server does not know would come back to the customer."""
    office = an_office(engine, clock)
    put(office, CARLA)

    assert written(office, 1)["Reply-To"] is None
    assert "plus" not in ANNA


@pytest.mark.parametrize("address", ["sales+eu@kestrel.test", f"{'x' * 31}@kestrel.test"])
def test_no_such_address_is_written_that_would_be_none(
    engine: Engine, clock: HandClock, address: str
) -> None:
    """RFC 5321 4.5.3.1.1: 64 characters before the @; and no plus within a plus."""
    office = an_office(engine, clock, address, plus_addresses=True)
    put(office, CARLA, account=address)

    assert written(office, 1)["Reply-To"] is None
