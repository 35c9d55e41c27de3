"""Mails that could not be read: worked again once the fault is mended, or shown to a person as they are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from inboxcrm.ingest import quarantined
from inboxcrm.ingest.quarantined import (
    ASKED_AGAIN,
    SETTLED,
    STILL_FAILS,
    TAKEN_IN,
    Entry,
    NothingHere,
    NotQuarantined,
    entries,
    entry_by_code,
    release,
    work_again,
)
from inboxcrm.mail.errors import UnparsableMail
from inboxcrm.mail.parse import parse_mail
from inboxcrm.reports.ledger import count_ledger
from tests.ingest.building import Office, ask, count, make_office, open_box, raw_mail
from tests.ingest.fakes import LATER, LONG_AGO, FakeBoxes, fake_boxes, letters
from tests.ingest.test_reading_faults import fetch_of
from tests.servers.fake_imap import Fault

EFFECTS = ("message", "lead", "box", "contact")


def break_parser(patch: pytest.MonkeyPatch, words: bytes = b"Order 42") -> None:
    """A bug of ours: the parser fails on mails with these words."""

    def parse(raw: bytes) -> object:
        if words in raw:
            raise UnparsableMail("a bug of ours")
        return parse_mail(raw)

    patch.setattr("inboxcrm.ingest.readout.parse_mail", parse)


def the_entry(office: Office) -> Entry:
    with office.reading() as session:
        [entry] = entries(session)
    return entry


def counts(engine: Engine) -> dict[str, int]:
    return {table: count(engine, table) for table in EFFECTS}


def even(boxes: FakeBoxes) -> bool:
    return boxes.differences() == [0] * len(boxes.differences())


def test_a_mail_comes_in_once_after_the_fault_is_mended(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I6, V2: the other 99 arrive at once; worked again while broken it stays; mended it is one message, once."""
    with fake_boxes(engine) as boxes:
        boxes.fake.inbox.lay(*letters(1, 100), at=LATER)
        with monkeypatch.context() as patch:
            break_parser(patch)
            boxes.read()
            entry = the_entry(boxes.office)
            assert (entry.uid, entry.stage, entry.attempts, entry.error) == (42, "parse", 1, "a bug of ours")
            assert entry.code == f"{entry.folder_id}:42"
            assert counts(engine)["message"] == 99
            assert even(boxes)

            assert work_again(boxes.office, entry).state == STILL_FAILS
            assert the_entry(boxes.office).attempts == 2
            assert even(boxes)

        outcome = work_again(boxes.office, entry)
        assert outcome.state == TAKEN_IN
        assert counts(engine) == {"message": 100, "lead": 100, "box": 100, "contact": 100}
        assert ask(engine, "select subject from message where id = :id", id=outcome.message_id) == [
            ("Order 42",)
        ]
        assert count(engine, "quarantine") == 0
        assert count(engine, "event", "kind = 'message.received'") == 100
        assert even(boxes)

        assert work_again(boxes.office, entry).state == SETTLED
        assert boxes.read() == 0
        assert counts(engine)["message"] == 100
        assert even(boxes)


def test_a_kill_before_the_commit_leaves_the_mail_in_quarantine(
    both: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """V2: the place is in one of the two at any moment; a step that breaks counts as one more attempt."""
    office = make_office(both)
    with monkeypatch.context() as patch:
        break_parser(patch)
        open_box(office).take(letters(42, 42)[0])
    entry = the_entry(office)

    def refuse(*_: Any) -> None:
        raise KeyError("a bug in a step")

    with monkeypatch.context() as patch:
        patch.setattr(quarantined, "write_keys", refuse)
        assert work_again(office, entry).error.startswith("KeyError: ")
    assert (count(both, "quarantine"), count(both, "location"), count(both, "lead")) == (1, 0, 0)
    assert the_entry(office).attempts == 2

    assert work_again(office, entry).state == TAKEN_IN
    assert (count(both, "quarantine"), count(both, "location"), count(both, "lead")) == (0, 1, 1)


def test_a_mail_that_nobody_can_read_is_shown_as_a_lead_with_the_original(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P12: what is readable of its headers, a fixed text, the .eml attached; a person gets it like any mail."""
    with fake_boxes(engine) as boxes:
        boxes.fake.inbox.lay(*letters(41, 43), at=LATER)
        with monkeypatch.context() as patch:
            break_parser(patch)
            boxes.read()
            entry = the_entry(boxes.office)
            outcome = release(boxes.office, entry)

        assert outcome.state == TAKEN_IN
        [(sender, subject, body, files, box)] = ask(
            engine,
            "select sender, subject, text, attachments, box_id from message where id = :id",
            id=outcome.message_id,
        )
        assert (sender, subject) == ("buyer42@firm42.test", "Order 42")
        assert body == "(This mail could not be read; the original is attached.)"
        assert '"original.eml"' in files
        assert entry.sha256 in files
        assert box is not None
        assert counts(engine) == {"message": 3, "lead": 3, "box": 3, "contact": 3}
        assert even(boxes)
        assert release(boxes.office, entry).state == SETTLED
        assert counts(engine)["message"] == 3


def test_an_unreadable_answer_goes_to_the_box_of_its_conversation(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P12: its headers say what it answers."""
    office = make_office(engine)
    inbox = open_box(office)
    inbox.take(raw_mail("carla@brouwer.test", "sales@kestrel.test", "Licences", mid="<1@b>"))
    with monkeypatch.context() as patch:
        break_parser(patch, b"garbled")
        answer = raw_mail("carla@brouwer.test", "sales@kestrel.test", "Re: Licences", "garbled", refs="<1@b>")
        inbox.take(answer)
    release(office, the_entry(office))

    assert ask(engine, "select count(*), count(distinct box_id), count(box_id) from message") == [(2, 1, 2)]
    assert count(engine, "lead") == 1


@pytest.mark.parametrize(
    "raw", [b"\0" * 50, b"   \r\n", b"\xff\xfe garbage"], ids=["zeros", "blank", "bytes"]
)
def test_a_heap_of_bytes_can_be_released_too(office: Office, engine: Engine, raw: bytes) -> None:
    """P12: whatever lies in quarantine can be brought out of it, without a sender it is nobody's lead."""
    open_box(office).take(raw)
    with office.reading() as session:
        found = entries(session)
    for entry in found:
        assert release(office, entry).state == TAKEN_IN
    assert (count(engine, "quarantine"), count(engine, "location"), count(engine, "message")) == (0, 1, 1)
    assert count(engine, "lead") == 0


def test_a_mail_that_the_server_refused_is_asked_for_again(engine: Engine) -> None:
    """I6: after three strikes the poller leaves it alone, until a person says again; nothing can be released."""
    with fake_boxes(engine) as boxes:
        boxes.fake.inbox.lay(*letters(1, 9), at=LATER)
        boxes.fake.faults = [Fault(fetch_of(5), "{tag} NO busy\r\n")]
        for _ in range(4):
            boxes.read()
            boxes.clock.move(timedelta(minutes=2))
        entry = the_entry(boxes.office)
        assert (entry.stage, entry.attempts, entry.size) == ("fetch", 3, 0)
        with pytest.raises(NothingHere):
            release(boxes.office, entry)

        boxes.fake.faults = []
        boxes.read()
        assert count(engine, "quarantine") == 1
        assert work_again(boxes.office, entry).state == ASKED_AGAIN
        boxes.read()
        assert count(engine, "quarantine") == 0
        assert counts(engine)["message"] == 9
        assert even(boxes)


def test_old_mail_worked_again_is_history(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """IN-16: what lay there before the account was live makes a contact and nothing else, also later."""
    office = make_office(engine)
    long_ago = office.clock.now() - timedelta(days=90)
    with monkeypatch.context() as patch:
        break_parser(patch)
        open_box(office).take(letters(42, 42)[0], at=long_ago)
    work_again(office, the_entry(office))

    assert counts(engine) == {"message": 1, "lead": 0, "box": 0, "contact": 1}


def test_an_unknown_code_is_refused(office: Office) -> None:
    with office.reading() as session, pytest.raises(NotQuarantined, match="quarantine list"):
        entry_by_code(session, "4:1")


def test_the_ledger_names_one_fate_for_each_mail(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """IN-1: on a box, on a contact, internal, noise, quarantine; together they are what the server holds."""
    with fake_boxes(engine) as boxes:
        bulk = {"List-Id": "<news.firm.test>", "Precedence": "bulk"}
        boxes.fake.inbox.lay(*letters(1, 3), at=LONG_AGO)
        boxes.fake.inbox.lay(
            *letters(41, 43),
            raw_mail("ben@kestrel.test", "sales@kestrel.test", "lunch?", cc="anna@kestrel.test", mid="<l@k>"),
            raw_mail("news@firm.test", "sales@kestrel.test", "our news", headers=bulk, mid="<n@f>"),
            at=LATER,
        )
        with monkeypatch.context() as patch:
            break_parser(patch)
            boxes.read()
        row = next(row for row in count_ledger(boxes.office) if row["folder"] == "INBOX")

        fates = (
            "on_boxes",
            "on_contacts",
            "internal",
            "noise",
            "parked",
            "left_out",
            "quarantine",
            "to_come",
        )
        assert {name: row[name] for name in fates if row[name]} == {
            "on_boxes": 2,
            "on_contacts": 3,
            "internal": 1,
            "noise": 1,
            "quarantine": 1,
        }
        assert (row["server"], row["locations"], row["difference"]) == (8, 7, 0)


def test_a_mail_that_comes_up_under_another_number_stands_in_quarantine_once(
    office: Office, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """I3, V2: its folder was numbered anew; the old place is gone, the same bytes lie at the new one."""
    break_parser(monkeypatch, b"Order")
    inbox = open_box(office)
    broken = raw_mail("a@b.test", "sales@kestrel.test", "Order")
    inbox.take(broken)
    with engine.begin() as connection:
        connection.exec_driver_sql("update quarantine set is_gone = 1")
        connection.exec_driver_sql("update folder set uidvalidity = 8")
    inbox.take(broken)

    assert ask(engine, "select uidvalidity, uid, is_gone from quarantine") == [(8, 2, 0)]


def test_two_equal_mails_that_both_lie_there_both_count(
    office: Office, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """V2."""
    break_parser(monkeypatch, b"Order")
    broken = raw_mail("a@b.test", "sales@kestrel.test", "Order")
    open_box(office).take(broken, broken)

    assert count(engine, "quarantine") == 2
