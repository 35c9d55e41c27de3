"""Taking mail in: a stranger's mail is a lead in one transaction, each mail once, and what fails stays visible."""

from __future__ import annotations

import json
import threading

import pytest
from sqlalchemy import Engine

from inboxcrm.base.store import blob_content
from inboxcrm.base.work import Office
from inboxcrm.crm import lead as lead_module
from inboxcrm.ingest.intake import take_in
from tests.ingest.building import (
    ANNA,
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
    write,
)

CARLA = "Carla Smit <carla@brouwer.test>"
EVERYTHING = ("lead", "box", "contact", "organization", "message", "thread", "location", "event", "blob")


def test_a_strangers_mail_makes_all_in_one_transaction(both: Engine) -> None:
    """IN-2: lead, box, contact, organization, message and thread; killed in the middle, nothing of it is there."""
    office = make_office(both)
    mail = raw_mail(CARLA, SALES, "20 licences", mid="<a@brouwer.test>")
    inbox = open_box(office)
    before = {table: count(both, table) for table in EVERYTHING}

    with pytest.raises(Died):
        open_box(same_office(office, reach=DyingReach("intake.before_commit"))).take(mail)
    after_death = {table: count(both, table) for table in EVERYTHING}
    inbox.take(mail)

    assert after_death == before
    assert ask(both, "select name, kind from organization") == [("Brouwer", "prospect")]
    assert ask(both, "select name from contact") == [("Carla Smit",)]
    assert ask(both, "select box.name, lead.state, source from lead join box on box.id = box_id") == [
        ("20 licences", "New", "Email")
    ]
    assert count(both, "message", "box_id is not null") == 1
    assert ask(both, "select live_uid from folder") == [(1,)]


def test_the_same_batch_by_two_pollers_at_once_is_taken_in_once(both: Engine) -> None:
    """V1: two pollers on one mailbox at the same moment, and the batch once more afterwards."""
    office = make_office(both)
    inbox = open_box(office)
    raws = [raw_mail(f"p{n % 5}@firm{n % 5}.test", SALES, f"s{n}", mid=f"<{n}@x>") for n in range(20)]
    batch = [fetched(n, raw) for n, raw in enumerate(raws, start=1)]
    start = threading.Barrier(2)

    def poll() -> None:
        start.wait()
        take_in(same_office(office), inbox.account, inbox.folder_id, batch, 20)

    pollers = [threading.Thread(target=poll) for _ in range(2)]
    for poller in pollers:
        poller.start()
    for poller in pollers:
        poller.join()
    take_in(office, inbox.account, inbox.folder_id, batch, 20)

    assert (count(both, "message"), count(both, "location"), count(both, "lead")) == (20, 20, 5)
    assert count(both, "event", "kind = 'message.received'") == 20


def test_the_cursor_never_goes_back(office: Office, engine: Engine) -> None:
    """A slow poller that commits an older batch later does not make the folder be read again."""
    inbox = open_box(office)
    inbox.take(*(raw_mail(CARLA, SALES, f"s{n}") for n in range(3)))
    take_in(office, inbox.account, inbox.folder_id, [fetched(1, raw_mail(CARLA, SALES, "s0"))], 1)

    assert ask(engine, "select live_uid from folder") == [(3,)]


def test_several_open_boxes_of_a_contact_are_a_question_to_their_owner(
    office: Office, engine: Engine
) -> None:
    """IN-3: a mail in its thread goes there; in a new thread to the one open box; with several, a person files it."""
    inbox = open_box(office)
    inbox.take(raw_mail(CARLA, SALES, "First matter", mid="<1@b>"))
    inbox.take(raw_mail(CARLA, SALES, "Something else", mid="<2@b>"))
    assert ask(engine, "select match_confidence, match_how from message where id = 2") == [
        ("likely", "it is the one open box of this contact")
    ]
    copy = (
        "insert into box (kind, name, contact_id, owner, is_open, is_asleep, opened_at, last_activity_at) "
        "select 'opportunity', :name, contact_id, 'anna', :is_open, :is_asleep, opened_at, last_activity_at "
        "from box where id = 1"
    )
    write(engine, copy, name="Second matter", is_open=True, is_asleep=False)
    write(engine, copy, name="A renewal that sleeps", is_open=True, is_asleep=True)
    write(engine, copy, name="A closed deal", is_open=False, is_asleep=False)
    write(engine, "update box set owner = 'anna' where id = 1")

    inbox.take(raw_mail(CARLA, SALES, "Which one?", mid="<3@b>"))
    inbox.take(raw_mail(CARLA, SALES, "Re: First matter", mid="<4@b>", refs="<1@b>"))

    [(box, confidence, others)] = ask(
        engine, "select box_id, match_confidence, match_others from message where id = 3"
    )
    assert (box, confidence) == (None, "unsure")
    assert [other["name"] for other in json.loads(others)] == ["Second matter", "First matter"]
    [(owner, text)] = ask(engine, "select owner, text from task where kind = 'filing'")
    assert owner == "anna"
    assert "(1) Second matter; (2) First matter" in text
    assert "sleeps" not in text
    assert ask(engine, "select box_id, match_confidence from message where id = 4") == [(1, "sure")]


def test_several_boxes_without_an_owner_are_still_a_question_to_somebody(
    office: Office, engine: Engine
) -> None:
    """IN-3: two leads that nobody has yet: the mail must not lie unseen."""
    inbox = open_box(office)
    inbox.take(raw_mail(CARLA, SALES, "First matter", mid="<1@b>"))
    write(
        engine,
        "insert into box (kind, name, contact_id, is_open, is_asleep, opened_at, last_activity_at) "
        "select 'lead', 'Second matter', contact_id, is_open, is_asleep, opened_at, last_activity_at from box",
    )

    inbox.take(raw_mail(CARLA, SALES, "Which one?", mid="<3@b>"))

    assert count(engine, "task", "kind = 'filing'") == 1


def test_two_mails_that_differ_in_body_alone_are_two(office: Office, engine: Engine) -> None:
    """I8: the same From, subject and second, without Message-ID."""
    open_box(office).take(raw_mail(CARLA, SALES, body="one"), raw_mail(CARLA, SALES, body="two"))

    assert count(engine, "message") == 2


def test_a_message_id_used_twice_is_two_messages(office: Office, engine: Engine) -> None:
    """I9: two different people's mails under one id are two messages, two threads, two leads."""
    open_box(office).take(
        raw_mail(CARLA, SALES, mid="<same@x>"), raw_mail("dirk@dune.test", SALES, mid="<same@x>")
    )

    assert count(engine, "message") == 2
    assert len(set(ask(engine, "select thread_id from message"))) == 2
    assert count(engine, "lead") == 2


def test_one_mail_in_several_mailboxes_acts_once(office: Office, engine: Engine) -> None:
    """I10: one message, three locations, one lead, one event, its bytes stored once."""
    mail = raw_mail(CARLA, SALES, mid="<a@b>", cc=ANNA)
    open_box(office).take(mail)
    open_box(office, 1).take(mail)
    open_box(office, 1, "Sent").take(b"Received: by other.test\r\n" + mail)

    assert count(engine, "message") == 1
    assert count(engine, "location") == 3
    assert count(engine, "lead") == 1
    assert count(engine, "event", "kind = 'message.received'") == 1


def test_an_unparsable_mail_and_one_that_breaks_a_step_stop_nobody(
    office: Office, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I6, P11: the others of the batch arrive, the raw bytes are kept, the ledger is even."""
    real = lead_module.make_lead

    def make_lead(work: object, contact: object, **more: object) -> object:
        if more["name"] == "poison":
            raise KeyError("a bug of ours")
        return real(work, contact, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("inboxcrm.ingest.effects.customer.make_lead", make_lead)
    unparsable = b"\0" * 50
    poison = raw_mail("p@poison.test", SALES, "poison")
    inbox = open_box(office)
    inbox.take(raw_mail(CARLA, SALES, "one"), unparsable, poison, raw_mail("d@dune.test", SALES, "two"))

    rows = ask(engine, "select uid, stage, error, raw_sha256 from quarantine order by uid")
    assert [row[0] for row in rows][-1] == 3
    assert "a bug of ours" in rows[-1][2]
    assert count(engine, "location") + len(rows) == 4
    assert count(engine, "lead") == 2
    assert count(engine, "contact", "name like 'p%'") == 0
    assert ask(engine, "select live_uid from folder") == [(4,)]
    with office.reading() as session:
        assert blob_content(session, rows[-1][3]) == poison


def test_what_the_database_cannot_hold_is_set_aside_too(both: Engine) -> None:
    """I6: a field that is too long for its column is that mail's trouble, not the mailbox's."""
    office = make_office(both)
    inbox = open_box(office)
    long_domain = "a" * 280 + ".test"
    inbox.take(raw_mail(CARLA, SALES, "one"), f"From: x@{long_domain}\r\nSubject: s\r\n\r\nhi\r\n".encode())

    assert ask(both, "select count(*) from location") != [(0,)]
    assert count(both, "location") + count(both, "quarantine") == 2
    assert count(both, "lead", "source = 'Email'") >= 1
    assert ask(both, "select live_uid from folder") == [(2,)]


def test_why_names_how_a_mail_was_filed_and_what_else_it_could_have_been(
    office: Office, engine: Engine
) -> None:
    """V4: every message says how it was matched, how sure that is, and why it is of its kind."""
    inbox = open_box(office)
    inbox.take(raw_mail(CARLA, SALES, "First", mid="<1@b>"))
    inbox.take(raw_mail(CARLA, SALES, "Re: First", mid="<2@b>", refs="<1@b>"))
    inbox.take(raw_mail(CARLA, SALES, "New", mid="<3@b>"))
    inbox.take(raw_mail("bot@shop.test", SALES, "News", headers={"List-Id": "<x>"}))

    assert ask(engine, "select match_how, match_confidence from message order by id") == [
        ("the first mail of a stranger: a new lead", "sure"),
        ("its references put it into thread 1 of that box", "sure"),
        ("it is the one open box of this contact", "likely"),
        ("on no box", "sure"),
    ]
