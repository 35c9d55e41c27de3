"""What servers do in the field: number folders anew, refuse one mail, break off, say less than they should."""

from __future__ import annotations

import json
import random
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from inboxcrm.ingest.reading import read_account, read_history, read_new_mail
from inboxcrm.ingest.sync.finding import find_places
from inboxcrm.mail.errors import MailboxConnectionLost, MailboxRefused
from tests.ingest.building import ask, count
from tests.ingest.fakes import GO_LIVE, LATER, LONG_AGO, fake_boxes, letters
from tests.servers.fake_imap import FakeFolder, FakeImap, Fault

TABLES = ("message", "lead", "task", "event")


def fetch_of(uid: int) -> str:
    """A FETCH of bodies that names this UID."""
    return rf"UID FETCH (?:\d+,)*{uid}(?:,\d+)* .*BODY"


def counts(engine: Engine) -> list[int]:
    return [count(engine, table) for table in TABLES]


def test_a_folder_numbered_anew_keeps_its_messages_and_boxes(engine: Engine) -> None:
    """I3: 200 mails get new UIDs, 10 are new, 10 are gone: 10 new messages, and of the others headers only."""
    with fake_boxes(engine) as boxes:
        boxes.fake.inbox.lay(*letters(1, 200), at=LATER)
        boxes.read()
        filed = ask(engine, "select id, box_id, thread_id from message order by id")
        boxes.fake.clear()

        random.Random(3).shuffle(boxes.fake.inbox.mails)
        del boxes.fake.inbox.mails[:10]
        boxes.fake.inbox.lay(*letters(201, 210), at=LATER)
        boxes.fake.inbox.renumber(2, start=5000)
        assert boxes.read() == 10

        assert ask(engine, "select id, box_id, thread_id from message where id <= 200 order by id") == filed
        assert counts(engine)[:2] == [210, 210]
        assert count(engine, "location", "uidvalidity = 2 and not is_gone") == 200
        assert count(engine, "location", "uidvalidity = 1 and not is_gone") == 0
        whole = boxes.fake.lines("BODY.PEEK\\[\\]")
        assert [len(line.split()[3].split(",")) for line in whole] == [10]
        assert boxes.differences()[0] == 0


def test_a_folder_made_anew_under_its_old_name_is_read_whole(engine: Engine) -> None:
    """I5: nothing of the old one is in the new one; the old messages stay, their places are gone."""
    with fake_boxes(engine) as boxes:
        boxes.fake.inbox.lay(*letters(1, 30), at=LATER)
        boxes.read()
        boxes.fake.folders["INBOX"] = FakeFolder(uidvalidity=9)
        boxes.fake.inbox.lay(*letters(31, 60), at=LATER)

        assert boxes.read() == 30
        assert counts(engine)[:2] == [60, 60]
        assert count(engine, "location", "not is_gone") == 30


def test_a_folder_numbered_anew_again_and_again_is_left_alone(engine: Engine) -> None:
    """I4: at the sixth change in a row it is paused and told; nothing is fetched, a day later it is looked at again."""
    with fake_boxes(engine) as boxes:
        boxes.fake.inbox.lay(*letters(1, 30), at=LATER)
        boxes.read()
        boxes.fake.clear()
        for turn in range(3, 13):
            boxes.fake.inbox.renumber(turn % 2 + 1, start=turn * 100)
            boxes.read()
            boxes.clock.move(timedelta(seconds=5))

        assert ask(engine, "select state from folder where name = 'INBOX'") == [("paused",)]
        assert ask(engine, "select payload, state from event where kind = 'folder.paused'") == [
            (
                '{"account":"sales@kestrel.test","folder":"INBOX",'
                '"reason":"its server numbered it anew 6 times in a row"}',
                "pending",
            )
        ]
        assert boxes.fake.lines("BODY.PEEK\\[\\]") == []
        assert counts(engine)[:2] == [30, 30]
        boxes.clock.move(timedelta(days=1, minutes=1))
        boxes.fake.inbox.renumber(77)
        boxes.fake.inbox.lay(*letters(31, 31), at=LATER)
        boxes.read()
        assert ask(engine, "select state from folder where name = 'INBOX'") == [("open",)]
        assert counts(engine)[0] == 31


def test_a_paused_folder_whose_numbers_hold_is_read_on_and_may_be_paused_and_told_again(
    engine: Engine,
) -> None:
    """I4: a day later it has its old numbering again; nothing is lost, and the next such day is told as well."""
    with fake_boxes(engine) as boxes:
        boxes.fake.inbox.lay(*letters(1, 5), at=LATER)
        boxes.read()
        for first in (100, 200):
            for turn in range(6):
                boxes.fake.inbox.renumber(first + turn, start=first * 10 + turn * 100)
                boxes.read()
            assert ask(engine, "select state from folder where name = 'INBOX'") == [("paused",)]
            boxes.fake.inbox.renumber(first + 4, start=first * 10 + 4 * 100)
            boxes.fake.inbox.lay(*letters(first, first), at=LATER)
            assert boxes.read() == 0
            boxes.clock.move(timedelta(days=1, minutes=1))
            assert boxes.read() == 1
            assert ask(engine, "select state, renumbered from folder where name = 'INBOX'") == [("open", 0)]
        assert count(engine, "event", "kind = 'folder.paused'") == 2
        assert boxes.differences()[0] == 0


def test_a_folder_without_uidvalidity_is_paused(engine: Engine) -> None:
    """I4: where UIDs mean nothing, nothing is read by them."""
    with fake_boxes(engine) as boxes:
        boxes.fake.inbox.uidvalidity = 0
        boxes.fake.inbox.lay(*letters(1, 3), at=LATER)
        assert boxes.read() == 0
        assert ask(engine, "select state from folder where name = 'INBOX'") == [("paused",)]


def test_a_server_set_back_by_a_backup_loses_no_new_mail(engine: Engine) -> None:
    """V2: UIDs that are given out a second time are new mails, not known ones."""
    with fake_boxes(engine) as boxes:
        boxes.fake.inbox.lay(*letters(1, 20), at=LATER)
        boxes.read()
        boxes.fake.inbox.mails = boxes.fake.inbox.mails[:15]
        boxes.fake.inbox.uidnext = 16
        boxes.read()
        boxes.fake.inbox.lay(*letters(101, 105), at=LATER)

        assert boxes.read() == 5
        assert counts(engine)[0] == 25
        assert boxes.differences()[0] == 0


@pytest.mark.parametrize("word", ["NO cannot read it", "BAD internal error"])
def test_one_mail_that_the_server_refuses_stops_no_other(engine: Engine, word: str) -> None:
    """I6: the other 99 come in the same look; after three times it is in quarantine, and the folder is even."""
    with fake_boxes(engine) as boxes:
        boxes.fake.inbox.lay(*letters(1, 100), at=LATER)
        boxes.fake.faults = [Fault(fetch_of(42), f"{{tag}} {word}\r\n")]
        assert boxes.read() == 99
        assert boxes.differences()[0] == 0
        assert count(engine, "event", "kind = 'message.quarantined'") == 0
        for _ in range(5):
            boxes.clock.move(timedelta(minutes=2))
            boxes.read()

        assert ask(engine, "select uid, stage, attempts, raw_sha256 from quarantine") == [
            (42, "fetch", 3, "")
        ]
        assert count(engine, "event", "kind = 'message.quarantined'") == 1
        assert boxes.differences()[0] == 0


def test_a_mail_that_the_server_hands_out_after_all_leaves_quarantine(engine: Engine) -> None:
    """I6, V2: refused once, it is asked for again a minute later; never in both places, its effects once."""
    with fake_boxes(engine) as boxes:
        boxes.fake.inbox.lay(*letters(1, 9), at=LATER)
        # All nine, then 5 to 9, then 5 and 6, then 5 alone.
        boxes.fake.faults = [Fault(fetch_of(5), "{tag} NO busy\r\n", times=4)]
        boxes.read()
        assert count(engine, "quarantine") == 1
        boxes.clock.move(timedelta(minutes=2))
        boxes.read()

        assert count(engine, "quarantine") == 0
        assert counts(engine)[:2] == [9, 9]
        assert boxes.differences()[0] == 0


def test_a_mail_without_bytes_is_set_aside(engine: Engine) -> None:
    """I6: the server lists it, tells its size, and gives nothing."""
    with fake_boxes(engine) as boxes:
        boxes.fake.inbox.lay(*letters(1, 5), at=LATER)
        boxes.fake.inbox.mails[2].raw = b""
        assert boxes.read() == 4
        assert ask(engine, "select uid, stage from quarantine") == [(3, "fetch")]
        assert boxes.differences()[0] == 0


def test_a_mail_that_breaks_every_connection_is_found_and_passed(engine: Engine) -> None:
    """I6: once for the batch, once alone; from then on the others come in."""
    with fake_boxes(engine) as boxes:
        boxes.fake.inbox.lay(*letters(1, 30), at=LATER)
        boxes.fake.faults = [Fault(fetch_of(7), then="close")]
        suspects: dict[int, set[int]] = {}
        for _ in range(2):
            with boxes.open() as mailbox, pytest.raises(MailboxConnectionLost):
                _read(boxes, mailbox, suspects)
        with boxes.open() as mailbox:
            _read(boxes, mailbox, suspects)

        assert count(engine, "message") == 29
        assert ask(engine, "select uid, attempts from quarantine") == [(7, 1)]
        assert boxes.differences()[0] == 0


def _read(boxes, mailbox, suspects) -> None:
    desk = boxes.desk(mailbox, suspects=suspects)
    places = find_places(desk)
    read_new_mail(desk, places)
    read_history(desk, places)


@pytest.mark.parametrize("is_within", [False, True])
def test_a_connection_that_breaks_within_a_fetch_leaves_nothing_half(engine: Engine, is_within: bool) -> None:
    """I13: closed after 37 of 100 literals, or inside the next one: then all 100, each with its own bytes."""
    with fake_boxes(engine) as boxes:
        raws = letters(1, 100)
        boxes.fake.inbox.lay(*raws, at=LATER)
        boxes.fake.faults = [
            Fault(r"UID FETCH .*BODY.PEEK\[\]", then="close", times=1, after=37, within=is_within)
        ]
        with pytest.raises(MailboxConnectionLost):
            boxes.read()
        assert count(engine, "message") == 0
        assert count(engine, "blob") == 0
        boxes.read()

        kept = {row[0] for row in ask(engine, "select content from blob")}
        assert kept == set(raws)
        assert counts(engine)[:2] == [100, 100]


def test_words_that_ask_for_a_pause_put_no_mail_into_quarantine(engine: Engine) -> None:
    """I16, I6: throttling is nobody's fault."""
    with fake_boxes(engine) as boxes:
        boxes.fake.inbox.lay(*letters(1, 5), at=LATER)
        boxes.fake.faults = [Fault(r"UID FETCH .*BODY", "{tag} NO [OVERQUOTA] exceeded bandwidth\r\n")]
        with boxes.open() as mailbox, pytest.raises(MailboxRefused, match="OVERQUOTA"):
            read_account(boxes.office, boxes.account, mailbox)
        assert count(engine, "quarantine") == 0


def test_a_mail_with_three_labels_is_downloaded_once(engine: Engine) -> None:
    """I11: All Mail stands for INBOX and Sent, labels are kept at the place, a draft is nobody's mail yet."""
    server = FakeImap(
        folders={
            "INBOX": FakeFolder(),
            "[Gmail]/All Mail": FakeFolder(use="\\All"),
            "[Gmail]/Sent Mail": FakeFolder(use="\\Sent"),
            "Deals": FakeFolder(),
        },
        capabilities="IMAP4rev1 IDLE X-GM-EXT-1",
    )
    with fake_boxes(engine, server, provider="google", folders=("Deals",)) as boxes:
        [raw, draft] = letters(1, 2)
        labels = ("\\Inbox", "Deals", "Gro&AN8-e")
        for folder in ("INBOX", "[Gmail]/All Mail", "Deals"):
            server.folders[folder].lay(raw, at=LATER, remote_id="1278455344230334865", labels=labels)
        server.folders["[Gmail]/All Mail"].lay(draft, at=LATER, remote_id="99", labels=("\\Draft",))
        boxes.read()

        assert len(server.lines(r"BODY\.PEEK\[\]")) == 1
        assert server.lines(r"EXAMINE.*(INBOX|Sent)") == []
        assert counts(engine)[:2] == [1, 1]
        [(told,)] = ask(engine, "select labels from location where folder_id = 1 and uid = 1")
        assert json.loads(told) == ["\\inbox", "deals", "große"]
        assert count(engine, "location", "message_id = 1") == 2
        assert boxes.differences() == [0, 0]


def test_a_mail_in_two_folders_is_downloaded_once_where_the_server_names_mails(engine: Engine) -> None:
    """I11: EMAILID of RFC 8474."""
    server = FakeImap(
        folders={"INBOX": FakeFolder(), "Deals": FakeFolder(remote_id="F2")},
        capabilities="IMAP4rev1 OBJECTID",
    )
    with fake_boxes(engine, server, folders=("Deals",)) as boxes:
        for folder in server.folders.values():
            folder.lay(*letters(1, 3), at=LATER)
            for number, mail in enumerate(folder.mails):
                mail.remote_id = f"M{number}"
        boxes.read()

        fetched = [line.split()[3] for line in server.lines(r"BODY\.PEEK\[\]")]
        assert fetched == ["1,2,3"]
        assert count(engine, "location", "message_id is not null") == 6
        assert counts(engine)[:2] == [3, 3]


def test_a_renamed_folder_is_known_by_its_id(engine: Engine) -> None:
    """I5: MAILBOXID; nothing is downloaded again, and it stays watched under its new name."""
    server = FakeImap(
        folders={"INBOX": FakeFolder(), "Deals": FakeFolder(remote_id="F7")},
        capabilities="IMAP4rev1 OBJECTID",
    )
    with fake_boxes(engine, server, folders=("Deals",)) as boxes:
        server.folders["Deals"].lay(*letters(1, 3), at=LATER)
        boxes.read()
        server.folders["Deals 2026"] = server.folders.pop("Deals")
        server.clear()
        server.folders["Deals 2026"].lay(*letters(4, 4), at=LATER)
        assert boxes.read() == 1

        assert ask(engine, "select name, state from folder order by id") == [
            ("INBOX", "open"),
            ("Deals 2026", "open"),
        ]
        assert count(engine, "location", "is_gone") == 0


def test_commands_stay_short_in_big_folders_with_big_numbers(engine: Engine) -> None:
    """I12: 3,000 mails with ten-digit UIDs: no line is longer than 16 kB, no command names more than 500 of them."""
    with fake_boxes(engine) as boxes:
        inbox = boxes.fake.inbox
        inbox.uidnext = 4_000_000_000
        raw = letters(1, 1)[0]
        inbox.lay(*[raw] * 3000, at=LONG_AGO)
        inbox.mails = [mail for mail in inbox.mails if mail.uid % 3]
        boxes.read()

        assert count(engine, "location") == len(inbox.mails)
        assert max(len(line) for line in boxes.fake.lines()) < 16_000
        assert max(line.count(",") for line in boxes.fake.lines("FETCH")) < 500


def test_reading_changes_nothing_on_the_server_and_reads_no_flag_for_progress(engine: Engine) -> None:
    """I2, P10: half of the mails were read by somebody; all come in, without STORE, SELECT or a body without PEEK."""
    with fake_boxes(engine) as boxes:
        boxes.fake.inbox.lay(*letters(1, 10), at=LATER, flags=("\\Seen",))
        boxes.fake.inbox.lay(*letters(11, 20), at=GO_LIVE)
        boxes.read()
        boxes.read()

        assert count(engine, "message") == 20
        verbs = {line.split()[1 if line.split()[1] != "UID" else 2].upper() for line in boxes.fake.lines()}
        assert verbs <= {"CAPABILITY", "LOGIN", "LIST", "EXAMINE", "SEARCH", "FETCH", "STATUS", "LOGOUT"}
        assert not boxes.fake.lines(r"BODY\[|RFC822 |RFC822\.TEXT|SEEN|UNSEEN")


def test_a_server_that_cannot_search_by_size_is_asked_for_every_size(engine: Engine) -> None:
    with fake_boxes(engine) as boxes:
        boxes.fake.faults.append(Fault("SEARCH .* LARGER", say="{tag} BAD unknown search key\r\n", times=99))
        boxes.fake.inbox.lay(*letters(1, 20), at=LATER)

        assert boxes.read() == 20
        assert len(boxes.fake.lines("RFC822.SIZE")) == 1
        assert counts(engine)[0] == 20
