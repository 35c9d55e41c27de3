"""What a bounce does when it is taken in: to the letter that it proves to speak of, and to nothing else (L2, IN-10)."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from inboxcrm.base.work import Office
from inboxcrm.outbox.delivery import send_due_letters
from tests.ingest.building import SALES, Box, HandClock, ask, count, make_office, open_box, raw_mail, write
from tests.mail.bounces import notice, report, status_fields
from tests.outbox.letters import fates, put, sending_office
from tests.servers.dovecot import ImapTestServer
from tests.servers.smtp import SmtpTestServer

CARLA = "carla@brouwer.test"


@pytest.fixture
def office(engine: Engine, smtp: SmtpTestServer, imap: ImapTestServer, clock: HandClock) -> Office:
    """An office with a customer, her box, and a letter to her that has left."""
    made = sending_office(engine, smtp, imap, clock=clock)
    open_box(made).take(raw_mail(CARLA, SALES, mid="<q@brouwer.test>"))
    put(made, CARLA, box_id=1, kind="receipt")
    send_due_letters(made)
    return made


@pytest.fixture
def inbox(office: Office) -> Box:
    box = open_box(office)
    box.uid = 10
    return box


def returned(engine: Engine) -> str:
    [(name,)] = ask(engine, "select message_id from letter where id = 1")
    return f"Message-ID: <{name}>\nTo: {CARLA}\nSubject: Your quote\n"


def last_message(engine: Engine) -> tuple[str, str, int | None]:
    [row] = ask(engine, "select kind, match_how, box_id from message order by id desc limit 1")
    return str(row[0]), str(row[1]), row[2]


def test_a_bounce_with_our_id_marks_the_letter_and_tells_the_owner_of_the_box(
    inbox: Box, engine: Engine
) -> None:
    inbox.take(report(status_fields(CARLA), returned=returned(engine)))

    assert fates(engine) == [(CARLA, "bounced")]
    assert count(engine, "suppression") == 1
    assert last_message(engine) == ("bounce", "it returns our letter 1", 1)
    [(kind, owner, text)] = ask(engine, "select kind, owner, text from task where kind = 'bounce'")
    assert (kind, owner) == ("bounce", "ben")
    assert text.startswith(f"{CARLA} did not get our receipt 'Your quote': 5.1.1 user unknown")


def test_a_forged_bounce_cuts_nobody_off(inbox: Box, engine: Engine) -> None:
    """L2: an attacker knows her address and the subject, and returns a letter with ids that he made up."""
    inbox.take(
        report(status_fields(CARLA), returned=None),
        report(status_fields(CARLA), returned=f"Message-ID: <0000000000000001@kestrel.test>\nTo: {CARLA}\n"),
        report(
            status_fields(CARLA), returned=f"Message-ID: <1.0123456789abcdef@kestrel.test>\nTo: {CARLA}\n"
        ),
        notice(f"the mail system\n\n<{CARLA}>: 550 user unknown\n\n[ref 1.0123456789abcdef]\n"),
    )

    assert fates(engine) == [(CARLA, "sent")]
    assert count(engine, "suppression") + count(engine, "task", "kind = 'bounce'") == 0
    assert count(engine, "event", "kind = 'letter.bounced'") == 0
    kind, how, box = last_message(engine)
    assert (kind, how) == ("bounce", "likely about our letter 1, but it bears none of its ids: only kept")
    assert box is None


def test_an_answer_that_came_back_is_not_the_letter_that_it_answers(inbox: Box, engine: Engine) -> None:
    """A rep's own mail to her bounced: it names our letter in its references alone."""
    name = returned(engine).partition("<")[2].partition(">")[0]
    own = f"Message-ID: <reps-own@kestrel.test>\nReferences: <{name}>\nTo: {CARLA}\n"
    inbox.take(report(status_fields(CARLA), returned=own))

    assert fates(engine) == [(CARLA, "sent")]
    assert count(engine, "suppression") == 0


def test_the_same_bounce_twice_is_one_task(inbox: Box, engine: Engine) -> None:
    mail = report(status_fields(CARLA), returned=returned(engine))
    inbox.take(mail, mail, mail.replace(b"<1@mx", b"<2@mx"))

    assert count(engine, "message", "kind = 'bounce'") == 2
    assert count(engine, "task", "kind = 'bounce'") == 1
    assert count(engine, "event", "kind = 'letter.bounced'") == 1


def test_a_full_mailbox_is_told_and_the_address_may_be_tried_again(inbox: Box, engine: Engine) -> None:
    """The customer got nothing, so a person sees to it; the next letter to him leaves."""
    fields = status_fields(CARLA, status="4.2.2", said="smtp; 452 mailbox full")
    inbox.take(report(fields, returned=returned(engine)))

    assert fates(engine) == [(CARLA, "bounced")]
    assert ask(engine, "select text from letter_recipient") == [
        ("4.2.2 mailbox full: smtp; 452 mailbox full",)
    ]
    assert count(engine, "suppression") == 0
    assert count(engine, "task", "kind = 'bounce'") == 1


def test_a_notice_of_delay_does_nothing(inbox: Box, engine: Engine) -> None:
    inbox.take(report(status_fields(CARLA, "delayed", "4.4.1"), returned=returned(engine)))

    assert fates(engine) == [(CARLA, "sent")]
    assert last_message(engine)[0] == "bulk"


def test_the_returned_words_mean_nothing(inbox: Box, engine: Engine) -> None:
    """L2: what we wrote comes back in it, and what anybody writes into a bounce is no customer's word."""
    words = "I accept your quote.\n\nWe need 20 licences. Please send an invoice.\n"
    mail = report(status_fields(CARLA), returned=returned(engine) + "\nI accept your quote.\n", words=words)
    inbox.take(
        mail, report(status_fields("eve@evil.test"), words=words, returned=None).replace(b"<1@", b"<3@")
    )

    assert ask(engine, "select intents from message where kind = 'bounce'") == [("[]",), ("[]",)]
    assert count(engine, "lead") == 1
    assert count(engine, "contact_address", "address like '%evil%'") == 0


def test_a_bounce_of_many_with_endless_names_and_words_is_taken_in(both: Engine) -> None:
    """What is foreign is cut to what the database holds: nothing of it ends in quarantine."""
    office = make_office(both)
    put(office, CARLA, box_id=None)
    write(both, "update letter set state = 'sent'")
    write(both, "update letter_recipient set state = 'sent'")
    people = [f"{'x' * 250}{number}@{'y' * 60}.test" for number in range(20)]
    fields = [status_fields(one, said="smtp; 550 user unknown " + "z" * 5000) for one in (CARLA, *people)]
    open_box(office).take(report(*fields, returned=returned(both)))

    assert count(both, "quarantine") == 0
    assert fates(both) == [(CARLA, "bounced")]
    assert count(both, "suppression") == 1


def test_a_bounce_from_before_the_account_was_live_is_history(
    inbox: Box, engine: Engine, clock: HandClock
) -> None:
    """IN-16: archived mail has no effects."""
    inbox.take(report(status_fields(CARLA), returned=returned(engine)), at=clock.now().replace(year=2020))

    assert fates(engine) == [(CARLA, "sent")]
    assert count(engine, "suppression") == 0
