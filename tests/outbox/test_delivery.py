"""Letters leave effectively once (V6), on a real SMTP server that can be told to misbehave."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from inboxcrm.base.settings import Settings
from inboxcrm.base.store import keep_blobs
from inboxcrm.base.work import Office
from inboxcrm.outbox.delivery import (
    Claim,
    claim_letter,
    recover_claims,
    send_due_letters,
)
from inboxcrm.outbox.letter import supply_paper
from tests.ingest.building import (
    ANNA,
    SALES,
    Died,
    DyingReach,
    HandClock,
    ask,
    count,
    make_office,
    make_settings,
    open_box,
    raw_mail,
    same_office,
    settings_values,
    write,
)
from tests.outbox.letters import expire_claims, fates, got, put, say, sending_office, state
from tests.servers.dovecot import ImapTestServer
from tests.servers.smtp import SmtpTestServer

CARLA = "carla@brouwer.test"


@pytest.fixture
def office(engine: Engine, smtp: SmtpTestServer, imap: ImapTestServer, clock: HandClock) -> Office:
    return sending_office(engine, smtp, imap, clock=clock)


@pytest.mark.parametrize(
    ("fault", "ends"),
    [
        ({"at": "mail", "code": 451}, "waiting"),
        ({"at": "mail", "code": 550}, "failed"),
        ({"at": "rcpt", "code": 450}, "waiting"),
        ({"at": "rcpt", "code": 550}, "failed"),
        ({"at": "data", "code": 452}, "waiting"),
        ({"at": "data", "code": 554}, "failed"),
        ({"at": "mail", "do": "close"}, "waiting"),
        ({"at": "rcpt", "do": "close"}, "waiting"),
        ({"at": "data", "do": "close"}, "uncertain"),
        ({"at": "data", "do": "close-after-store"}, "uncertain"),
    ],
    ids=str,
)
def test_whatever_the_server_does_a_customer_never_gets_two(
    office: Office, engine: Engine, smtp: SmtpTestServer, clock: HandClock, fault: dict[str, Any], ends: str
) -> None:
    """S1, S3: a 4xx is tried again later, a 5xx is not, a connection lost at DATA is a person's to judge."""
    smtp.set_faults([{**fault, "times": 1}])
    put(office, CARLA)
    send_due_letters(office)

    assert state(engine) == ends
    clock.move(timedelta(minutes=5))
    for _ in range(2):
        send_due_letters(office)
    copies = 1 if ends == "waiting" or fault.get("do") == "close-after-store" else 0
    assert len(got(smtp)) == copies
    assert state(engine) == ("sent" if ends == "waiting" else ends)


def test_each_recipient_has_a_fate_of_his_own(
    office: Office, engine: Engine, smtp: SmtpTestServer, clock: HandClock
) -> None:
    """S3: of three recipients one is accepted, one refused for good, one later; the first never gets two."""
    smtp.set_faults(
        [
            {"at": "rcpt", "address": "no@b.test", "code": 550},
            {"at": "rcpt", "address": "late@b.test", "code": 451, "times": 1},
        ]
    )
    put(office, "ok@b.test", "no@b.test", "late@b.test")
    send_due_letters(office)

    assert fates(engine) == [("ok@b.test", "sent"), ("no@b.test", "failed"), ("late@b.test", "waiting")]
    clock.move(timedelta(minutes=5))
    send_due_letters(office)
    assert fates(engine) == [("ok@b.test", "sent"), ("no@b.test", "failed"), ("late@b.test", "sent")]
    assert [recipient for recipient, _ in got(smtp)] == ["ok@b.test", "late@b.test"]
    assert len({message_id for _, message_id in got(smtp)}) == 1
    assert len({line["sha256"] for line in smtp.journal()}) == 1


def test_tries_come_later_and_later_and_end_after_two_days(
    office: Office, engine: Engine, smtp: SmtpTestServer, clock: HandClock
) -> None:
    """S3: 5, 15, 60 minutes, 3 hours, then every 6 hours; 48 hours at most."""
    smtp.set_faults([{"at": "rcpt", "code": 451}])
    put(office, CARLA)
    start, waits = clock.now(), []
    while state(engine) == "waiting":
        send_due_letters(office)
        due_us = ask(engine, "select due_at from letter")[0][0]
        wait = timedelta(microseconds=due_us) - timedelta(seconds=clock.now().timestamp())
        waits.append(round(wait.total_seconds() / 60))
        clock.move(max(wait, timedelta(0)) - timedelta(seconds=1))
        tries = len(smtp.journal())
        send_due_letters(office)
        assert len(smtp.journal()) == tries  # a second too early: nothing goes
        clock.move(timedelta(seconds=1))

    assert waits[:7] == [5, 15, 60, 180, 360, 360, 360]
    assert state(engine) == "failed"
    assert timedelta(hours=48) <= clock.now() - start <= timedelta(hours=56)
    assert count(engine, "event", "kind = 'letter.failed'") == 1


def test_two_days_on_hold_are_not_two_days_of_trying(
    office: Office, engine: Engine, smtp: SmtpTestServer, clock: HandClock
) -> None:
    """A letter that was held for a week and then meets a greylist is tried again."""
    put(office, CARLA)
    clock.move(timedelta(days=7))
    smtp.set_faults([{"at": "rcpt", "code": 451, "times": 1}])
    send_due_letters(office)

    assert state(engine) == "waiting"
    clock.move(timedelta(minutes=5))
    send_due_letters(office)
    assert state(engine) == "sent"


POINTS = (
    "letter.claim.before_commit",
    "letter.claim.after_commit",
    "letter.data.before_commit",
    "letter.data.after_commit",
    "smtp.before_data",
    "smtp.after_data",
    "letter.outcome.before_commit",
    "letter.outcome.after_commit",
)


@pytest.mark.parametrize("answer", ["stored", "close", "close-after-store"])
@pytest.mark.parametrize("point", POINTS)
def test_killed_anywhere_a_letter_is_neither_lost_nor_doubled(
    office: Office, engine: Engine, smtp: SmtpTestServer, clock: HandClock, point: str, answer: str
) -> None:
    """S1, V5: the sender dies at each point, whatever the server made of the data; it ends sent or uncertain."""
    if answer != "stored":
        smtp.set_faults([{"at": "data", "do": answer, "times": 1}])
    put(office, CARLA)
    with suppress(Died):
        send_due_letters(same_office(office, reach=DyingReach(point)))
    expire_claims(engine)
    clock.move(timedelta(minutes=5))
    send_due_letters(office)
    clock.move(timedelta(hours=1))
    send_due_letters(office)

    copies = len(got(smtp))
    assert state(engine) in ("sent", "uncertain")
    assert copies <= 1
    if state(engine) == "sent":
        assert copies == 1
    if point.startswith(("letter.claim", "letter.data.before")) and answer == "stored":
        assert (state(engine), copies) == ("sent", 1)  # nothing had left: it goes by itself


def test_a_claimer_that_was_thought_dead_cannot_go_on(
    office: Office, engine: Engine, smtp: SmtpTestServer
) -> None:
    """The fence: it wakes up between the server's answers and the data, and another has sent the letter."""
    put(office, CARLA)
    asleep, awake = threading.Event(), threading.Event()

    def sleep_there(point: str) -> None:
        if point == "letter.claim.after_commit":
            asleep.set()
            assert awake.wait(10)

    slow = threading.Thread(target=send_due_letters, args=(same_office(office, reach=sleep_there),))
    slow.start()
    assert asleep.wait(10)
    expire_claims(engine)
    send_due_letters(office)
    assert state(engine) == "sent"
    awake.set()
    slow.join()

    assert len(got(smtp)) == 1
    assert state(engine) == "sent"


def test_four_workers_at_once_send_each_letter_once(
    office: Office, engine: Engine, smtp: SmtpTestServer
) -> None:
    """S2, V5: every job may run several times, also at the same moment."""
    for number in range(10):
        put(office, f"c{number}@b.test", dedupe=str(number))
    workers = [threading.Thread(target=send_due_letters, args=(same_office(office),)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(recipient for recipient, _ in got(smtp)) == sorted(f"c{n}@b.test" for n in range(10))
    assert count(engine, "letter", "state = 'sent'") == 10


def test_a_worker_with_an_old_list_does_not_try_before_its_time(
    office: Office, engine: Engine, smtp: SmtpTestServer
) -> None:
    """S3: the letter was refused for now by another worker a moment ago: it waits its five minutes."""
    smtp.set_faults([{"at": "rcpt", "code": 451, "times": 1}])
    letter_id = put(office, CARLA)
    send_due_letters(office)

    assert claim_letter(office, letter_id) is None
    assert state(engine) == "waiting"


def test_an_answer_with_our_token_proves_that_an_uncertain_letter_left(
    office: Office, engine: Engine, smtp: SmtpTestServer
) -> None:
    """S1."""
    smtp.set_faults([{"at": "data", "do": "close-after-store", "times": 1}])
    put(office, CARLA)
    send_due_letters(office)
    assert state(engine) == "uncertain"
    assert count(engine, "event", "kind = 'letter.uncertain' and state = 'pending'") == 1

    [(_, message_id)] = got(smtp)
    open_box(office).take(raw_mail(CARLA, SALES, "Re: Your quote", refs=f"<{message_id}>"))
    assert state(engine) == "sent"


def test_before_live_nothing_leaves_for_outsiders_and_notices_to_users_do(
    engine: Engine, smtp: SmtpTestServer, imap: ImapTestServer
) -> None:
    """On hold until live; one outsider among the recipients holds the whole letter."""
    office = make_office(engine, settings=make_settings(imap=imap.port, smtp=smtp.port))
    put(office, CARLA, dedupe="outside")
    put(office, ANNA, dedupe="inside")
    put(office, ANNA, CARLA, dedupe="mixed")
    send_due_letters(office)
    assert [recipient for recipient, _ in got(smtp)] == [ANNA]

    say(office, f"live:{SALES}", "live")
    send_due_letters(office)
    assert sorted(recipient for recipient, _ in got(smtp)) == sorted([ANNA, CARLA, ANNA, CARLA])


def test_hold_stops_all_at_once(office: Office, engine: Engine, smtp: SmtpTestServer) -> None:
    """Also a letter that a worker has on its list already, and users' notices."""
    first, second = put(office, CARLA, dedupe="1"), put(office, ANNA, dedupe="2")
    say(office, "sending", "stopped")

    assert claim_letter(office, first) is None
    assert claim_letter(office, second) is None
    assert send_due_letters(office) == 0
    say(office, "sending", "live")
    assert send_due_letters(office) == 2


def test_one_purpose_is_one_letter(office: Office, engine: Engine, smtp: SmtpTestServer) -> None:
    """S5: two rules and a click ask for the same letter; it is written once, with its first words."""
    first = put(office, CARLA, dedupe="quote:1:v1")
    again = put(office, CARLA, dedupe="quote:1:v1", subject="Other words")
    send_due_letters(office)

    assert first == again
    assert len(got(smtp)) == 1
    assert ask(engine, "select subject from letter") == [("Your quote",)]


def test_a_letter_that_awaits_its_paper_cannot_be_claimed(
    office: Office, engine: Engine, smtp: SmtpTestServer
) -> None:
    """V8: neither by the sweep nor by name."""
    letter_id = put(office, CARLA, awaits="document:1")
    assert send_due_letters(office) == 0
    assert claim_letter(office, letter_id) is None

    with office.work("test", actor="test") as work:
        [sha256] = keep_blobs(work.session, [b"%PDF-1.7 frozen"])
        supply_paper(work, "document:1", "Q-1.pdf", sha256)
    assert send_due_letters(office) == 1
    raw = ask(engine, "select content from blob join letter on mime_sha256 = sha256")[0][0]
    assert b"Q-1.pdf" in raw


def test_a_customers_subject_makes_no_header(office: Office, engine: Engine, smtp: SmtpTestServer) -> None:
    """S6: CR, LF and Bcc in a subject that is used again: one line, no further recipient."""
    evil = "Hi\r\nBcc: eve@evil.test\r\nX-Evil: yes\u202e\x00"
    put(office, CARLA, subject=f"Re: {evil}", facts={"lines": [], "note": evil, "name": evil})
    send_due_letters(office)

    assert [recipient for recipient, _ in got(smtp)] == [CARLA]
    raw = bytes(ask(engine, "select content from blob join letter on mime_sha256 = sha256")[0][0])
    head = raw.partition(b"\r\n\r\n")[0].lower()
    assert b"\nbcc:" not in head
    assert b"\nx-evil:" not in head
    assert head.count(b"\nsubject:") == 1


def test_a_password_is_never_sent_in_the_clear(engine: Engine) -> None:
    """S7: without TLS only this machine is spoken to; the letter waits and says why."""
    values = settings_values()
    for account in values["account"]:
        account["smtp"]["host"] = "mail.example.net"
    office = make_office(engine, settings=Settings.model_validate(values))
    put(office, ANNA)
    send_due_letters(office)

    assert state(engine) == "waiting"
    assert "without TLS" in str(ask(engine, "select error from letter")[0][0])


def test_one_letter_that_cannot_be_made_stops_no_other(
    office: Office, engine: Engine, smtp: SmtpTestServer
) -> None:
    """P11: an unknown template, a fact that is missing, an account that is no more: shown, and the rest goes."""
    put(office, CARLA, dedupe="1", template="no-such")
    put(office, CARLA, dedupe="2", facts={"name": "x"})
    put(office, CARLA, dedupe="3")
    write(engine, "update letter set account = 'gone@kestrel.test' where id = 3")
    put(office, CARLA, dedupe="4")
    say(office, "live:gone@kestrel.test", "live")
    send_due_letters(office)

    assert [state(engine, number) for number in (1, 2, 3, 4)] == ["failed", "failed", "failed", "sent"]
    assert "gone@kestrel.test" in ask(engine, "select error from letter where id = 3")[0][0]


def test_a_server_that_is_away_keeps_letters_waiting(engine: Engine, imap: ImapTestServer) -> None:
    """One line says what is wrong; the claim is given back."""
    office = make_office(engine, settings=make_settings(imap=imap.port, smtp=1))
    put(office, ANNA)
    send_due_letters(office)

    [(state_, error)] = ask(engine, "select state, error from letter")
    assert state_ == "waiting"
    assert "127.0.0.1:1" in error
    assert "\n" not in error


def test_a_claim_whose_time_is_not_over_is_left_alone(
    office: Office, engine: Engine, smtp: SmtpTestServer
) -> None:
    claim = claim_letter(office, put(office, CARLA))
    recover_claims(office)

    assert isinstance(claim, Claim)
    assert state(engine) == "claimed"
    assert send_due_letters(office) == 0
