"""A letter that came back: who did not get it, and who is written to no more (L2, EM-8)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from inboxcrm.base.work import Office
from inboxcrm.mail.bounce.notice import Recipient
from inboxcrm.outbox.bounced import Returned, allow_again, note_bounces
from inboxcrm.outbox.delivery import send_due_letters
from tests.ingest.building import ANNA, SALES, HandClock, ask, count, same_office, write
from tests.outbox.letters import fates, got, put, sending_office, state
from tests.servers.dovecot import ImapTestServer
from tests.servers.smtp import SmtpTestServer

CARLA, DAVE = "carla@brouwer.test", "dave@brouwer.test"
GONE = Recipient(CARLA, "failed", "5.1.1", "user unknown", "550 no such user")


@pytest.fixture
def office(engine: Engine, smtp: SmtpTestServer, imap: ImapTestServer, clock: HandClock) -> Office:
    return sending_office(engine, smtp, imap, clock=clock)


def message_id(engine: Engine, letter_id: int = 1) -> str:
    return str(ask(engine, "select message_id from letter where id = :id", id=letter_id)[0][0])


def bounce(office: Office, name: str, *failed: Recipient) -> Returned | None:
    with office.work("test", actor="test") as work:
        return note_bounces(work, [name], failed or [GONE])


def suppressed(engine: Engine) -> list[str]:
    return [row[0] for row in ask(engine, "select address from suppression order by address")]


def test_a_permanent_failure_marks_that_recipient_and_stops_letters_to_him(
    office: Office, engine: Engine
) -> None:
    put(office, CARLA, DAVE)
    send_due_letters(office)
    returned = bounce(office, message_id(engine))

    assert returned is not None
    assert [words for _, words in returned.told] == [
        f"{CARLA} did not get our notice 'Your quote': 5.1.1 user unknown: 550 no such user"
    ]
    assert fates(engine) == [(CARLA, "bounced"), (DAVE, "sent")]
    assert suppressed(engine) == [CARLA]
    assert state(engine) == "sent"
    assert count(engine, "event", "kind = 'letter.bounced'") == 1


def test_the_same_bounce_again_changes_nothing_more(office: Office, engine: Engine, clock: HandClock) -> None:
    put(office, CARLA)
    send_due_letters(office)
    bounce(office, message_id(engine))
    before = ask(engine, "select * from suppression"), ask(engine, "select * from letter_recipient")
    clock.move(timedelta(days=1))
    returned = bounce(office, message_id(engine), GONE, Recipient(CARLA, "failed", "4.2.2", "mailbox full"))

    assert returned is not None
    assert returned.told == ()
    assert (ask(engine, "select * from suppression"), ask(engine, "select * from letter_recipient")) == before
    assert count(engine, "event", "kind = 'letter.bounced'") == 1


@pytest.mark.parametrize(
    "name", ["1.0123456789abcdef@kestrel.test", "0000000000000001@kestrel.test", "x@y.test"]
)
def test_an_id_without_our_code_stops_nothing(office: Office, engine: Engine, name: str) -> None:
    """L2, T4: whoever knows an address of a customer cannot cut him off by writing bounces."""
    put(office, CARLA)
    send_due_letters(office)

    assert bounce(office, name) is None
    assert fates(engine) == [(CARLA, "sent")]
    assert suppressed(engine) == []


def test_a_letter_to_others_stops_nothing(office: Office, engine: Engine) -> None:
    """L2: who got a letter of ours knows its id, and can say nothing with it of anybody else."""
    put(office, DAVE)
    put(office, CARLA, dedupe="two")
    send_due_letters(office)
    returned = bounce(office, message_id(engine, 1))

    assert returned is not None
    assert returned.told == ()
    assert fates(engine, 1) + fates(engine, 2) == [(DAVE, "sent"), (CARLA, "sent")]
    assert suppressed(engine) == []


def test_a_letter_that_has_not_left_cannot_have_come_back(office: Office, engine: Engine) -> None:
    put(office, CARLA)

    bounce(office, message_id(engine))
    assert fates(engine) == [(CARLA, "waiting")]
    assert suppressed(engine) == []


@pytest.mark.parametrize(
    "failed",
    [
        Recipient(CARLA, "failed", "4.2.2", "mailbox full", "452 full"),
        Recipient(CARLA, "failed", "4.4.7", "expired", "too long in queue"),
        Recipient(CARLA, "failed", "5.7.1", "policy", "spam"),
        Recipient(CARLA, "failed", "5.3.4", "too big", "too big"),
        Recipient(CARLA, "failed", "5.2.2", "mailbox full", "full"),
    ],
    ids=lambda value: getattr(value, "reason", value),
)
def test_what_is_no_word_on_the_address_stops_no_later_letter(
    office: Office, engine: Engine, failed: Recipient
) -> None:
    """EM-8: a full mailbox or a spam filter is of the moment or of the mail; his row says what it was."""
    put(office, CARLA)
    send_due_letters(office)
    bounce(office, message_id(engine), failed)

    assert fates(engine) == [(CARLA, "bounced")]
    assert ask(engine, "select text from letter_recipient")[0][0].startswith(
        f"{failed.status} {failed.reason}: "
    )
    assert suppressed(engine) == []


def test_our_own_people_are_never_cut_off(office: Office, engine: Engine) -> None:
    put(office, ANNA)
    send_due_letters(office)
    bounce(office, message_id(engine), Recipient(ANNA, "failed", "5.1.1", "user unknown"))

    assert fates(engine) == [(ANNA, "bounced")]
    assert suppressed(engine) == []


def test_a_suppressed_recipient_is_left_out_at_the_moment_of_sending(
    office: Office, engine: Engine, smtp: SmtpTestServer
) -> None:
    """EM-8: the letter was written before the bounce; it goes to the others, and his row says why not to him."""
    put(office, CARLA)
    send_due_letters(office)
    put(office, CARLA, DAVE, dedupe="two")
    bounce(office, message_id(engine))
    send_due_letters(office)

    assert fates(engine, 2) == [(CARLA, "failed"), (DAVE, "sent")]
    [(text,)] = ask(engine, "select text from letter_recipient where letter_id = 2 and state = 'failed'")
    assert text == "not sent: mail to this address came back on 2026-03-02 (user unknown)"
    assert [recipient for recipient, _ in got(smtp)] == [CARLA, DAVE]


def test_a_letter_that_nobody_is_left_for_fails_for_all_to_see(
    office: Office, engine: Engine, smtp: SmtpTestServer
) -> None:
    put(office, CARLA)
    send_due_letters(office)
    bounce(office, message_id(engine))
    put(office, CARLA, dedupe="two")
    send_due_letters(office)

    assert state(engine, 2) == "failed"
    [(error,)] = ask(engine, "select error from letter where id = 2")
    assert error.startswith(f"{CARLA}: not sent: mail to this address came back")
    assert count(engine, "event", "kind = 'letter.failed'") == 1
    assert len(got(smtp)) == 1


def test_a_person_may_say_that_an_address_works_again(office: Office, engine: Engine) -> None:
    put(office, CARLA)
    send_due_letters(office)
    bounce(office, message_id(engine))
    with office.work("test", actor="test") as work:
        assert allow_again(work.session, CARLA.upper())
        assert not allow_again(work.session, DAVE)
    put(office, CARLA, dedupe="two")
    send_due_letters(office)

    assert fates(engine, 2) == [(CARLA, "sent")]


def test_a_bounce_proves_that_an_uncertain_letter_had_left(
    office: Office, engine: Engine, smtp: SmtpTestServer
) -> None:
    smtp.set_faults([{"at": "data", "do": "close-after-store", "times": 1}])
    put(office, CARLA)
    send_due_letters(office)
    assert state(engine) == "uncertain"
    bounce(office, message_id(engine))

    assert (state(engine), fates(engine)) == ("sent", [(CARLA, "bounced")])


def test_a_bounce_that_is_faster_than_the_servers_answer_is_kept(office: Office, engine: Engine) -> None:
    """It is read between DATA and the commit of what the server said."""

    def bounce_there(point: str) -> None:
        if point == "smtp.after_data":
            bounce(office, message_id(engine))

    put(office, CARLA)
    send_due_letters(same_office(office, reach=bounce_there))

    assert (state(engine), fates(engine)) == ("sent", [(CARLA, "bounced")])
    assert suppressed(engine) == [CARLA]


def test_a_draft_that_its_rep_sent_with_an_id_of_his_own_comes_back_too(
    office: Office, engine: Engine
) -> None:
    """T2: mail clients write Message-IDs of their own; the Sent folder told us which."""
    put(office, CARLA)
    send_due_letters(office)
    write(engine, "update letter set sent_message_id = 'his-own@outlook.test'")
    bounce(office, "his-own@outlook.test")

    assert fates(engine) == [(CARLA, "bounced")]


def test_an_address_is_one_whatever_its_case(office: Office, engine: Engine) -> None:
    put(office, CARLA)
    send_due_letters(office)
    write(engine, "update letter_recipient set address = 'Carla@Brouwer.test'")
    bounce(office, message_id(engine))

    assert suppressed(engine) == [CARLA]
    assert SALES not in suppressed(engine)
