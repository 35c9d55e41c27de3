"""The history of a box as files: mails as an mbox that gives them back, a summary in plain words (OP-15)."""

from __future__ import annotations

import mailbox
from datetime import timedelta
from pathlib import Path

from inboxcrm.base.work import Office
from inboxcrm.crm.box import add_note
from inboxcrm.crm.contact import add_address
from inboxcrm.crm.store import box_by_id
from inboxcrm.reports.history import history_of_box, mbox_of, summary_of_box
from tests.build import START, HandClock, Mail, an_opportunity, deliver

RAW = b"From: bob@acme.example\r\nSubject: x\r\n\r\nFrom here on\r\n>From there\r\nend\r\n"


def test_what_is_quoted_in_an_mbox_is_given_back_byte_for_byte(tmp_path: Path) -> None:
    file = tmp_path / "x.mbox"
    file.write_bytes(mbox_of([(START, RAW), (START + timedelta(days=1), RAW)]))

    lines = file.read_bytes().split(b"\n")
    assert lines.count(b">From here on") == lines.count(b">>From there") == 2
    assert [mail["subject"] for mail in mailbox.mbox(file)] == ["x", "x"]


def test_mails_that_are_too_much_for_one_mail_are_left_out_the_oldest_first(
    office: Office, clock: HandClock
) -> None:
    first = deliver(office, Mail("first " + "x" * 5000, message_id="1@acme.example"))
    clock.move(hours=1)
    deliver(office, Mail("second", message_id="2@acme.example", answers="1@acme.example"))

    with office.reading() as session:
        whole = history_of_box(session, first.box_id)
        short = history_of_box(session, first.box_id, most_bytes=3000)
    assert (whole.count, whole.left_out) == (2, 0)
    assert whole.mbox.index(b"first") < whole.mbox.index(b"second")
    assert (short.count, short.left_out) == (1, 1)
    assert b"second" in short.mbox


def test_the_summary_tells_what_was_decided_and_nothing_of_the_machine(work) -> None:
    deal = an_opportunity(work)
    add_note(work, deal.box, "He is in a hurry.")
    add_address(work, deal.box.contact, "bob@other.example", deal.box_id)
    work.session.flush()

    told = summary_of_box(work.session, work.settings, deal.box_id, START)
    texts = [line["text"] for line in told["lines"]]
    assert "note: He is in a hurry." in texts
    assert "Bob: addresses bob@acme.example, bob@other.example" in texts
    assert "lead from New to Assigned" in texts
    assert not [text for text in texts if "None" in text or "task" in text or "letter" in text]
    assert box_by_id(work.session, deal.box_id).name == told["title"]
