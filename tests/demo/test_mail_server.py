"""The demo's mail server behaves as a real one does, as far as the product looks."""

from __future__ import annotations

import imaplib
import signal
import smtplib
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from imapclient import IMAPClient

from inboxcrm.demo.mail_post import base_mailbox, verdict
from inboxcrm.demo.mail_server import DemoClock, MailServer, MailServerNotStarted, start_mail_server

BOB = "bob@cust.example"
LETTER = (
    b"From: Bob <bob@cust.example>\r\nTo: sales@demo.example\r\nMessage-ID: <a1@cust.example>\r\n"
    b"Subject: hello\r\n\r\n.a dot,\r\n..two, \xff\xfe and no letter\r\n"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made: Path = tmp_path_factory.mktemp("demo")
    (made / "clock").write_text("86400.5")
    return made


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[MailServer]:
    domains = ["demo.example", "cust.example"]
    running = start_mail_server(folder, domains, folder / "clock", "mx.demo.example", folder / "keep")
    yield running
    running.stop()


def submit(server: MailServer, to: list[str], login: str | None = BOB, raw: bytes = LETTER) -> None:
    with smtplib.SMTP(server.host, server.smtp_port) as client:
        if login:
            client.login(login, server.password)
        client.sendmail(BOB, to, raw)


def mailbox(server: MailServer, user: str, folder: str = "INBOX", *, readonly: bool = True) -> IMAPClient:
    client = IMAPClient(server.host, server.imap_port, ssl=False, timeout=10)
    client.login(user, server.password)
    client.select_folder(folder, readonly=readonly)
    return client


def raw_mails(server: MailServer, user: str) -> list[bytes]:
    with mailbox(server, user) as client:
        rows = client.fetch(client.search(), ["BODY.PEEK[]"])
    return [row[b"BODY[]"] for _, row in sorted(rows.items())]


def test_a_mail_arrives_with_its_bytes_and_the_lines_of_a_real_server_on_top(server: MailServer) -> None:
    submit(server, ["one@demo.example"])
    [raw] = raw_mails(server, "one@demo.example")
    top = raw.removesuffix(LETTER).decode().splitlines()

    assert raw.endswith(LETTER)
    assert top[:2] == [
        "Return-Path: <bob@cust.example>",
        "Authentication-Results: mx.demo.example; "
        "dmarc=pass header.from=cust.example; dkim=pass header.d=cust.example",
    ]
    assert top[2].startswith("Received: from ")
    assert top[2].endswith(" by mx.demo.example with ESMTP")
    assert top[3].startswith("\tfor <one@demo.example>; ")


@pytest.mark.parametrize(
    ("login", "user"), [(None, "two-a@demo.example"), ("eve@cust.example", "two-b@demo.example")]
)
def test_who_did_not_log_in_as_the_author_does_not_pass(
    server: MailServer, login: str | None, user: str
) -> None:
    submit(server, [user], login)
    [raw] = raw_mails(server, user)

    told = b"Authentication-Results: mx.demo.example; dmarc=fail header.from=cust.example; dkim=none\r\n"
    assert told in raw


def test_a_from_line_cannot_write_a_verdict_of_its_own() -> None:
    raw = b"From: a@b.example;dmarc=pass\r\n\r\n"
    assert verdict(raw, "x@y.example") == "dmarc=fail header.from=invalid; dkim=none"
    two = b"From: bob@cust.example, eve@cust.example\r\n\r\n"
    assert verdict(two, BOB) == "dmarc=fail header.from=invalid; dkim=none"
    assert verdict(b"\r\n", "") == "dmarc=fail header.from=invalid; dkim=none"


def test_plus_addresses_go_to_their_base_and_one_mailbox_gets_one_mail(server: MailServer) -> None:
    submit(server, ["Three+token-1@Demo.example", "three@demo.example"])
    [raw] = raw_mails(server, "three@demo.example")

    assert b"for <Three+token-1@Demo.example>" in raw
    assert base_mailbox("A+b+c@D.example") == "a@d.example"


def test_mail_to_elsewhere_is_refused_for_good(server: MailServer) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        submit(server, ["x@else.example"])

    assert refused.value.recipients["x@else.example"][0] == 550


def test_a_wrong_password_opens_nothing(server: MailServer) -> None:
    with imaplib.IMAP4(server.host, server.imap_port) as imap, pytest.raises(imaplib.IMAP4.error):
        imap.login("one@demo.example", "wrong")
    with smtplib.SMTP(server.host, server.smtp_port) as smtp, pytest.raises(smtplib.SMTPAuthenticationError):
        smtp.login(BOB, "wrong")


def test_mail_is_received_at_the_time_of_the_demo(server: MailServer) -> None:
    before = datetime.now(UTC)
    submit(server, ["four@demo.example"])
    with mailbox(server, "four@demo.example") as client:
        client.normalise_times = False
        received_at = client.fetch([101], ["INTERNALDATE"])[101][b"INTERNALDATE"]

    assert timedelta(hours=23, minutes=59) < received_at - before < timedelta(hours=24, minutes=1)


def test_the_clock_file_may_be_missing_or_half_written(tmp_path: Path) -> None:
    clock = DemoClock(tmp_path / "clock")
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
    for text in ("-3600", "", "no number"):
        (tmp_path / "clock").write_text(text)
        assert abs(clock.now() + timedelta(hours=1) - datetime.now(UTC)) < timedelta(seconds=5)


def test_every_user_has_the_three_folders_and_they_are_marked(server: MailServer) -> None:
    with mailbox(server, "Five@demo.example") as client:
        assert [name for _, _, name in client.list_folders()] == ["INBOX", "Sent", "Drafts"]
        assert client.find_special_folder(rb"\Sent") == "Sent"
        assert client.find_special_folder(rb"\Drafts") == "Drafts"
        client.create_folder("Archive/2026")

        assert client.folder_exists("Archive/2026")


def test_mail_is_searched_and_fetched_as_the_product_does(server: MailServer) -> None:
    submit(server, ["six@demo.example"])
    submit(server, ["six@demo.example"], raw=LETTER.replace(b"a1@", b"a2@"))
    with mailbox(server, "six@demo.example") as client:
        assert client.search("UID 102:*") == [102]
        assert client.search(["HEADER", "Message-ID", "<a2@cust.example>"]) == [102]
        assert client.search(["HEADER", "Message-ID", "<a3@cust.example>"]) == []
        row = client.fetch([102], ["BODY.PEEK[]", "RFC822.SIZE", "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"])[
            102
        ]
        assert row[b"BODY[HEADER.FIELDS (MESSAGE-ID)]"] == b"Message-ID: <a2@cust.example>\r\n\r\n"
        assert row[b"RFC822.SIZE"] == len(row[b"BODY[]"])
        assert client.fetch([102], ["FLAGS"])[102][b"FLAGS"] == ()  # looking has marked nothing as read


def test_a_draft_is_laid_with_its_date_and_removed_by_its_uid(server: MailServer) -> None:
    laid_at = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
    with mailbox(server, "seven@demo.example", "Drafts", readonly=False) as client:
        client.normalise_times = False
        for _ in range(2):
            told = client.append("Drafts", LETTER, [rb"\Draft"], laid_at)
        assert told.endswith(b" 102] APPEND completed.")
        assert client.fetch([102], ["INTERNALDATE"])[102][b"INTERNALDATE"] == laid_at
        client.add_flags([101, 102], [rb"\Deleted"])
        client.uid_expunge([102])

        assert client.search() == [101]


def test_who_waits_is_told_of_new_mail(server: MailServer) -> None:
    with mailbox(server, "eight@demo.example") as client:
        client.idle()
        submit(server, ["eight@demo.example"])
        assert (1, b"EXISTS") in client.idle_check(timeout=10)
        client.idle_done()


def test_each_mail_can_be_looked_at_as_a_file_below_its_folder(server: MailServer, folder: Path) -> None:
    submit(server, ["nine@demo.example"])
    with mailbox(server, "nine@demo.example") as client:
        client.append("Sent", LETTER)
    with mailbox(server, "../../up") as client:
        client.append("Sent", LETTER)

    kept = folder / "keep" / "nine@demo.example"
    assert (kept / "INBOX" / "1.eml").read_bytes().endswith(LETTER)
    assert (kept / "Sent" / "1.eml").read_bytes() == LETTER
    assert (folder / "keep" / "_.._up" / "Sent" / "1.eml").exists()


def test_many_connections_may_look_at_once(server: MailServer) -> None:
    submit(server, ["ten@demo.example"])
    clients = [mailbox(server, "ten@demo.example") for _ in range(20)]
    assert [client.search("UID 1:*") for client in clients] == [[101]] * 20
    for client in clients:
        client.shutdown()  # without a word, as a killed process does

    with mailbox(server, "ten@demo.example") as client:
        assert client.search() == [101]


def test_it_stops_at_once_in_the_middle_of_conversations(tmp_path: Path) -> None:
    running = start_mail_server(tmp_path, ["demo.example"], tmp_path / "clock", "mx.demo.example", None)
    with socket.create_connection((running.host, running.imap_port)) as open_one:
        assert open_one.recv(100).startswith(b"* OK")
        running.process.send_signal(signal.SIGTERM)

        assert running.process.wait(1) == -signal.SIGTERM
    running.stop()


def test_a_server_that_does_not_start_is_said_with_its_log(tmp_path: Path) -> None:
    with pytest.raises(MailServerNotStarted, match=r"mail-server\.log"):
        start_mail_server(tmp_path, [], tmp_path / "clock", "mx.demo.example", None)
    assert "--domain" in (tmp_path / "mail-server.log").read_text()
