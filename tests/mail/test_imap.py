"""A mailbox is read on a real IMAP server, without leaving a trace, and every failure is one of our family."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone

import pytest
from imapclient import IMAPClient

from inboxcrm.mail.fetched import BATCH_BYTES, BATCH_MESSAGES, SMALL, Glance, batches
from inboxcrm.mail.imap import (
    FolderMissing,
    FolderName,
    ImapServer,
    Mailbox,
    MailboxConnectionLost,
    MailboxError,
    MailboxLoginRefused,
    MailboxRefused,
    MailboxUnreachable,
    PlaintextRefused,
    RemovalRefused,
    open_mailbox,
)
from tests.servers.dovecot import ImapTestServer, free_port

WHEN = datetime(2025, 1, 6, 10, 2, 3, tzinfo=timezone(timedelta(hours=2)))


def server_for(imap: ImapTestServer, user: str) -> ImapServer:
    return ImapServer(imap.host, imap.port, "none", user, "pw", timeout_s=5)


def letter(number: int, size: int = 0) -> bytes:
    return (
        f"From: a@x.test\r\nMessage-ID: <{number}@x.test>\r\nSubject: secret\r\n\r\n".encode() + b"x" * size
    )


@pytest.fixture
def mailbox(imap: ImapTestServer, request: pytest.FixtureRequest) -> Iterator[Mailbox]:
    with open_mailbox(server_for(imap, f"{abs(hash(request.node.name))}@ours.test")) as opened:
        yield opened


def fill(mailbox: Mailbox, count: int) -> None:
    for number in range(1, count + 1):
        mailbox.append("INBOX", letter(number), WHEN)


def test_folders_come_with_what_they_are_for(mailbox):
    assert set(mailbox.folders()) >= {
        FolderName("INBOX", "inbox"),
        FolderName("Sent", "sent"),
        FolderName("Drafts", "drafts"),
    }


def test_a_message_comes_back_byte_for_byte_with_its_time_in_utc(mailbox):
    uid = mailbox.append("INBOX", letter(1), WHEN)
    state = mailbox.examine("INBOX")

    assert (uid, state.exists, state.uidnext) == (1, 1, 2)
    assert state.uidvalidity > 0
    (got,) = mailbox.fetch_raw([1, 77])
    assert (got.uid, got.raw, got.size) == (1, letter(1), len(letter(1)))
    assert got.received_at == WHEN
    assert got.received_at.tzinfo is UTC


def test_of_small_mails_only_what_comes_with_their_bytes_is_asked(mailbox):
    """One search tells the bigger ones apart; mails that are gone by now are left out in the end."""
    for number, size in enumerate((10, 40_000, 20), start=1):
        mailbox.append("INBOX", letter(number, size), WHEN)
    mailbox.examine("INBOX")

    glances = list(mailbox.glance_roughly([1, 2, 3, 77]))
    mails = mailbox.fetch(glances)

    assert [(one.uid, one.received_at) for one in glances[:3]] == [(1, None), (2, WHEN), (3, None)]
    assert glances[1].size == len(letter(2, 40_000))
    assert all(one.size >= len(letter(1, 20)) for one in glances)
    assert [(one.uid, one.raw, one.size, one.received_at) for one in mails] == [
        (number, letter(number, size), len(letter(number, size)), WHEN)
        for number, size in enumerate((10, 40_000, 20), start=1)
    ]


def test_a_batch_of_small_mails_leaves_room_for_bigger_ones():
    glances = [Glance(uid, SMALL, None) for uid in range(1, BATCH_MESSAGES + 1)]

    assert [len(batch) for batch in batches(glances)] == [BATCH_MESSAGES]
    assert BATCH_MESSAGES * SMALL <= BATCH_BYTES / 2


def test_reading_marks_nothing_as_seen(mailbox, imap):
    """I2: not even the raw fetch of everything."""
    fill(mailbox, 3)
    mailbox.examine("INBOX")
    assert len(list(mailbox.fetch_raw(mailbox.all_uids()))) == 3
    assert len(list(mailbox.fetch_headers(mailbox.all_uids()))) == 3

    with IMAPClient(imap.host, imap.port, ssl=False) as other:
        other.login(mailbox._server.user, "pw")
        other.select_folder("INBOX", readonly=True)
        assert other.search("SEEN") == []


def test_headers_alone_hold_no_subject_and_no_body_but_the_keywords(mailbox):
    """I19."""
    mailbox.append("INBOX", letter(1, size=50), WHEN, ["$Customer", "\\Seen"])
    mailbox.examine("INBOX")
    (head,) = mailbox.fetch_headers([1])

    assert head.header == b"From: a@x.test\r\nMessage-ID: <1@x.test>\r\n\r\n"
    assert head.keywords == ("$Customer",)
    assert (head.size, head.received_at) == (len(letter(1, 50)), WHEN)


def test_uids_are_asked_for_in_windows_and_never_beyond_the_last(mailbox):
    """I12, and the server that answers a search beyond UIDNEXT with the last message."""
    fill(mailbox, 7)
    mailbox.examine("INBOX")

    assert mailbox.uids_from(1, window=3) == [1, 2, 3]
    assert mailbox.uids_from(4, window=3) == [4, 5, 6]
    assert mailbox.uids_from(7, window=3) == [7]
    assert mailbox.uids_from(8, window=3) == []
    assert mailbox.uids_from(300_000) == []
    assert mailbox.all_uids() == [1, 2, 3, 4, 5, 6, 7]


def test_a_gap_of_removed_messages_is_stepped_over(mailbox, imap):
    fill(mailbox, 9)
    with IMAPClient(imap.host, imap.port, ssl=False) as other:
        other.login(mailbox._server.user, "pw")
        other.select_folder("INBOX")
        other.delete_messages(range(2, 9))
        other.expunge()
    mailbox.examine("INBOX")
    assert mailbox.uids_from(2, window=2) == [9]
    assert mailbox.all_uids() == [1, 9]


def test_big_messages_come_in_batches_of_their_own(mailbox, monkeypatch):
    monkeypatch.setattr("inboxcrm.mail.fetched.BATCH_BYTES", 1000)
    for number in range(1, 6):
        mailbox.append("INBOX", letter(number, size=600), WHEN)
    mailbox.examine("INBOX")
    assert [got.uid for got in mailbox.fetch_raw([1, 2, 3, 4, 5])] == [1, 2, 3, 4, 5]


def test_a_letter_is_found_by_its_message_id(mailbox):
    mailbox.append("Sent", letter(41), WHEN)
    mailbox.append("Sent", letter(42), WHEN)
    assert mailbox.find_message_id("Sent", "<42@x.test>") == [2]
    assert mailbox.find_message_id("Sent", "43@x.test") == []
    assert mailbox.find_message_id("Sent", 'a"b\r\nX LOGOUT ü@x') == []


def test_our_draft_is_removed_by_uid_and_what_others_marked_stays(mailbox, imap):
    """I2: a plain EXPUNGE would take the other one along."""
    for number in (1, 2, 3):
        mailbox.append("Drafts", letter(number), WHEN, ["\\Deleted"] if number == 2 else ["\\Draft"])
    state = mailbox.examine("Drafts")
    mailbox.remove_untouched("Drafts", 3, state.uidvalidity)

    mailbox.examine("Drafts")
    assert mailbox.all_uids() == [1, 2]


def test_a_renumbered_folder_loses_nothing(mailbox):
    mailbox.append("Drafts", letter(1), WHEN)
    state = mailbox.examine("Drafts")
    with pytest.raises(RemovalRefused, match="renumbered"):
        mailbox.remove_untouched("Drafts", 1, state.uidvalidity + 1)
    assert mailbox.all_uids() == [1]


def test_a_missing_folder_is_told_by_name(mailbox):
    for act in (lambda: mailbox.examine("Nope"), lambda: mailbox.append("Nope", letter(1), WHEN)):
        with pytest.raises(FolderMissing, match="'Nope'"):
            act()
    mailbox.noop()


def test_a_wrong_password_is_told_with_server_and_account(imap):
    server = ImapServer(imap.host, imap.port, "none", "a@ours.test", "wrong")
    with pytest.raises(MailboxLoginRefused, match=rf"a@ours.test at 127.0.0.1:{imap.port}"):
        open_mailbox(server)
    assert "wrong" not in repr(server)


def test_no_server_there_is_told_as_unreachable():
    with pytest.raises(MailboxUnreachable, match="cannot be reached"):
        open_mailbox(ImapServer("127.0.0.1", free_port(), "none", "a", "b"))


def test_a_password_never_crosses_a_network_in_plain_text():
    """S7."""
    with pytest.raises(PlaintextRefused):
        open_mailbox(ImapServer("imap.example.com", 143, "none", "a", "b"))


def test_a_server_without_starttls_is_refused_when_starttls_was_asked(imap):
    with pytest.raises(MailboxUnreachable, match="STARTTLS"):
        open_mailbox(ImapServer(imap.host, imap.port, "starttls", "a@x.test", "pw", timeout_s=2))


GREETING = b"* OK [CAPABILITY IMAP4rev1] hello\r\n"
EXAMINED = b"* 9 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 10] x\r\n"


@contextmanager
def misbehaving(fetch_answer: bytes, then: str) -> Iterator[int]:
    """A server that answers every command well, but FETCH by `fetch_answer`, and then closes, hangs or goes on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def talk() -> None:
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as lines:
                connection.sendall(GREETING)
                for line in lines:
                    tag, command = line.split()[:2]
                    is_body = b"BODY" in line
                    if command == b"IDLE":
                        return
                    if command == b"CAPABILITY":
                        connection.sendall(b"* CAPABILITY IMAP4rev1\r\n")
                    elif command == b"EXAMINE":
                        connection.sendall(EXAMINED)
                    elif command == b"UID" and not is_body:
                        connection.sendall(
                            b'* 1 FETCH (UID 1 INTERNALDATE "06-Jan-2025 10:02:03 +0100" RFC822.SIZE 100)\r\n'
                        )
                    elif is_body:
                        connection.sendall(fetch_answer)
                        if then == "close":
                            return
                        if then == "hang":
                            continue
                        if then == "bad":
                            connection.sendall(tag + b" BAD poison\r\n")
                            continue
                    connection.sendall(tag + b" OK done\r\n")

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(3)


@pytest.mark.parametrize(
    ("answer", "then"),
    [
        (b'* 1 FETCH (UID 1 INTERNALDATE "06-Jan-2025 10:02:03 +0100" BODY[] {100}\r\nFrom: half', "close"),
        (b"* 1 FETCH (UID 1 BODY[] {100}\r\nFrom: half", "hang"),
        (b"", "close"),
        (b"* 1 FETCH (UID 1 INTERNALDATE nonsense BODY[] {4}\r\nabcd)\r\n", "go on"),
        (b'* 1 FETCH (UID 1 INTERNALDATE "99-Foo-2025 99:99:99 +9999" BODY[] {4}\r\nabcd)\r\n', "go on"),
        (b"* 1 FETCH (((\r\n", "go on"),
        (b"* " + b"x" * 1_100_000 + b"\r\n", "close"),
    ],
)
def test_whatever_is_odd_on_the_socket_loses_the_connection_and_stores_nothing(answer, then):
    """I13: half a message never comes out."""
    with misbehaving(answer, then) as port:
        mailbox = open_mailbox(ImapServer("127.0.0.1", port, "none", "a@x.test", "pw", timeout_s=0.4))
        mailbox.examine("INBOX")
        with pytest.raises(MailboxConnectionLost, match=f"a@x.test at 127.0.0.1:{port}"):
            list(mailbox.fetch_raw([1]))
        with pytest.raises(MailboxError):
            mailbox.noop()
        mailbox.close()


def test_a_command_that_the_server_refuses_keeps_the_connection():
    """I6: the message that the server cannot deliver is told from a broken connection."""
    with (
        misbehaving(b"", "bad") as port,
        open_mailbox(ImapServer("127.0.0.1", port, "none", "a", "b")) as mailbox,
    ):
        mailbox.examine("INBOX")
        with pytest.raises(MailboxRefused, match="poison"):
            list(mailbox.fetch_raw([1]))
        mailbox.noop()


def test_waiting_ends_as_soon_as_a_mail_arrives(mailbox, imap):
    mailbox.examine("INBOX")
    with open_mailbox(mailbox._server) as other:
        threading.Timer(0.05, other.append, ("INBOX", letter(1), WHEN)).start()
        assert mailbox.wait_for_change(5)
        assert mailbox.examine("INBOX").uidnext == 2


def test_news_that_came_with_another_answer_is_heard_before_waiting(mailbox, imap):
    """I14: the server says it once, here with the answer to FETCH, and is silent in IDLE."""
    fill(mailbox, 1)
    mailbox.examine("INBOX")
    with open_mailbox(mailbox._server) as other:
        other.append("INBOX", letter(2), WHEN)
    assert len(list(mailbox.fetch_raw([1]))) == 1
    mailbox.noop()
    before = time.monotonic()
    assert mailbox.wait_for_change(5)
    assert time.monotonic() - before < 1


def test_waiting_ends_in_time_when_nothing_happens_and_the_connection_goes_on(mailbox):
    mailbox.examine("INBOX")
    assert not mailbox.wait_for_change(0.05)
    assert mailbox.all_uids() == []


def test_a_server_that_goes_while_we_wait_loses_the_connection():
    with misbehaving(b"", "close") as port:
        mailbox = open_mailbox(ImapServer("127.0.0.1", port, "none", "a", "b", timeout_s=1))
        mailbox._client._cached_capabilities = (b"IDLE",)
        with pytest.raises(MailboxConnectionLost):
            mailbox.wait_for_change(1)
