"""Letters are handed in phase by phase, on a real SMTP server that can be told to misbehave."""

from __future__ import annotations

import socket
from datetime import UTC, datetime

import pytest

from inboxcrm.mail.imap import ImapServer, open_mailbox
from inboxcrm.mail.smtp import (
    PlaintextRefused,
    SmtpServer,
    Submission,
    SubmissionLoginRefused,
    SubmissionLost,
    SubmissionRefused,
    SubmissionUnreachable,
    open_submission,
)
from tests.servers.dovecot import ImapTestServer, free_port
from tests.servers.smtp import SmtpTestServer

REP = "rep@ours.test"


def at(smtp: SmtpTestServer, user: str = REP, password: str = "pw", timeout_s: float = 5) -> SmtpServer:
    return SmtpServer(smtp.host, smtp.port, "none", user, password, timeout_s=timeout_s)


def letter(number: int, sender: str = REP) -> bytes:
    return f"From: {sender}\r\nTo: c@peer.test\r\nMessage-ID: <{number}@ours.test>\r\n\r\nNumber {number}\r\n".encode()


def inbox(imap: ImapTestServer, user: str) -> list[bytes]:
    with open_mailbox(ImapServer(imap.host, imap.port, "none", user, "pw")) as mailbox:
        mailbox.examine("INBOX")
        return [mail.raw for mail in mailbox.fetch_raw(mailbox.all_uids())]


def hand_in(submission: Submission, raw: bytes) -> None:
    submission.offer(REP, ["a@peer.test"])
    submission.transmit(raw)


def test_a_letter_arrives_with_the_trace_lines_of_a_real_server(smtp, imap):
    with open_submission(at(smtp)) as submission:
        replies = submission.offer(REP, ["one@peer.test"])
        done = submission.transmit(letter(1))

    assert replies["one@peer.test"].is_accepted
    assert done.code == 250
    (raw,) = inbox(imap, "one@peer.test")
    names = [line.split(b":")[0] for line in raw.split(b"\r\n")[:3]]
    assert names == [b"Return-Path", b"Authentication-Results", b"Received"]
    assert b"mx.test; dmarc=pass header.from=ours.test; dkim=pass header.d=ours.test" in raw
    assert raw.endswith(letter(1))


def test_a_from_other_than_the_login_does_not_pass_the_checks(smtp, imap):
    with open_submission(at(smtp, user="thief@evil.test")) as submission:
        submission.offer("thief@evil.test", ["two@peer.test"])
        submission.transmit(letter(2))

    (raw,) = inbox(imap, "two@peer.test")
    assert b"dmarc=fail header.from=ours.test" in raw
    assert b"pass" not in raw


def test_the_connection_is_kept_for_several_letters_and_a_given_up_one(smtp):
    before = len(smtp.journal())
    with open_submission(at(smtp)) as submission:
        for number in (11, 12):
            submission.offer(REP, ["three@peer.test"])
            submission.transmit(letter(number))
        submission.offer(REP, ["three@peer.test"])
        submission.reset()
        submission.offer(REP, ["three@peer.test"])
        submission.transmit(letter(13))

    told = smtp.journal()[before:]
    assert [line["message_id"] for line in told] == ["11@ours.test", "12@ours.test", "13@ours.test"]
    assert {line["outcome"] for line in told} == {"stored"}


def test_each_recipient_has_an_answer_of_its_own(smtp):
    """S3: one is taken, one refused for good, one for now; the letter goes to the one."""
    smtp.set_faults(
        [
            {"at": "rcpt", "address": "gone@peer.test", "code": 550},
            {"at": "rcpt", "address": "later@peer.test", "code": 451, "text": "4.7.1 greylisted"},
        ]
    )
    with open_submission(at(smtp)) as submission:
        replies = submission.offer(REP, ["ok@peer.test", "gone@peer.test", "later@peer.test"])
        submission.transmit(letter(21))

    assert {address: reply.code for address, reply in replies.items()} == {
        "ok@peer.test": 250,
        "gone@peer.test": 550,
        "later@peer.test": 451,
    }
    assert replies["later@peer.test"].is_temporary
    assert replies["later@peer.test"].text == "4.7.1 greylisted"
    assert smtp.journal()[-1]["rcpt"] == ["ok@peer.test"]


def test_nothing_is_transmitted_when_nobody_was_accepted(smtp):
    smtp.set_faults([{"at": "rcpt", "code": 550}])
    with open_submission(at(smtp)) as submission:
        replies = submission.offer(REP, ["a@peer.test"])
        with pytest.raises(ValueError, match="accepted"):
            submission.transmit(letter(22))
        submission.reset()

        assert replies["a@peer.test"].code == 550
        assert submission.is_open


def test_automatic_mail_can_have_the_null_return_path(smtp, imap):
    with open_submission(at(smtp)) as submission:
        submission.offer("", ["four@peer.test"])
        submission.transmit(letter(31))

    assert inbox(imap, "four@peer.test")[0].startswith(b"Return-Path: <>\r\n")


@pytest.mark.parametrize(("code", "is_permanent"), [(451, False), (550, True)])
@pytest.mark.parametrize("phase", ["mail", "data"])
def test_a_refused_letter_says_for_now_or_for_good(smtp, phase, code, is_permanent):
    smtp.set_faults([{"at": phase, "code": code, "text": "not today"}])
    submission = open_submission(at(smtp))
    with pytest.raises(SubmissionRefused, match="not today") as refused:
        hand_in(submission, letter(41))

    assert (refused.value.code, refused.value.is_permanent) == (code, is_permanent)
    assert not submission.is_open


@pytest.mark.parametrize("phase", ["mail", "rcpt"])
@pytest.mark.parametrize("deed", ["close", "stall"])
def test_what_is_lost_before_data_has_surely_not_left(smtp, phase, deed):
    smtp.set_faults([{"at": phase, "do": deed}])
    submission = open_submission(at(smtp, timeout_s=0.4))
    with pytest.raises(SubmissionLost) as lost:
        submission.offer(REP, ["a@peer.test"])

    assert not lost.value.after_data
    assert not submission.is_open


@pytest.mark.parametrize("deed", ["close", "close-after-store", "stall", "stall-after-store"])
def test_what_is_lost_at_data_may_have_left(smtp, deed):
    """S1: stored or not, the client sees the same, so it must not claim to know."""
    smtp.set_faults([{"at": "data", "do": deed}])
    submission = open_submission(at(smtp, timeout_s=0.4))
    submission.offer(REP, ["five@peer.test"])
    with pytest.raises(SubmissionLost) as lost:
        submission.transmit(letter(51))

    assert lost.value.after_data
    assert not submission.is_open
    with pytest.raises(SubmissionLost):
        submission.offer(REP, ["five@peer.test"])


def test_the_server_closing_with_421_at_a_recipient_ends_the_whole_transaction(smtp):
    smtp.set_faults([{"at": "rcpt", "code": 421, "text": "closing"}])
    submission = open_submission(at(smtp))
    with pytest.raises(SubmissionRefused) as refused:
        submission.offer(REP, ["a@peer.test"])

    assert not refused.value.is_permanent
    assert not submission.is_open


def test_a_fault_may_pass_after_some_times(smtp):
    smtp.set_faults([{"at": "mail", "code": 451, "times": 1}])
    with pytest.raises(SubmissionRefused):
        open_submission(at(smtp)).offer(REP, ["a@peer.test"])
    with open_submission(at(smtp)) as submission:
        assert submission.offer(REP, ["a@peer.test"])["a@peer.test"].is_accepted


def test_an_address_cannot_smuggle_a_command(smtp):
    before = len(smtp.journal())
    with open_submission(at(smtp)) as submission:
        replies = submission.offer(REP, ["a@peer.test>\r\nRCPT TO:<spy@evil.test", "b@peer.test"])
        submission.transmit(letter(61))

    assert [reply.code for reply in replies.values()] == [553, 250]
    assert [line["rcpt"] for line in smtp.journal()[before:]] == [["b@peer.test"]]


def test_an_address_beyond_ascii_goes_by_smtputf8(smtp):
    with open_submission(at(smtp)) as submission:
        assert submission.offer(REP, ["müller@peer.test"])["müller@peer.test"].is_accepted


def test_a_wrong_password_is_told_with_server_and_account(smtp):
    with pytest.raises(SubmissionLoginRefused, match=rf"{REP} at 127.0.0.1:{smtp.port}"):
        open_submission(at(smtp, password="wrong"))


def test_no_server_there_is_told_as_unreachable():
    with pytest.raises(SubmissionUnreachable, match="cannot be reached"):
        open_submission(SmtpServer("127.0.0.1", free_port(), "none", timeout_s=2))


def test_a_server_that_says_nothing_is_unreachable():
    with socket.create_server(("127.0.0.1", 0)) as mute, pytest.raises(SubmissionUnreachable):
        open_submission(SmtpServer("127.0.0.1", mute.getsockname()[1], "none", timeout_s=0.3))


def test_a_password_never_crosses_a_network_in_plain_text():
    """S7: refused before a single byte is sent."""
    with pytest.raises(PlaintextRefused, match="without TLS"):
        open_submission(SmtpServer("smtp.example.com", 25, "none", REP, "pw"))


def test_a_server_without_starttls_is_refused_when_starttls_was_asked(smtp):
    server = SmtpServer(smtp.host, smtp.port, "starttls", REP, "pw", timeout_s=2)
    with pytest.raises(SubmissionUnreachable, match="STARTTLS"):
        open_submission(server)


def test_mail_is_dated_by_the_clock_file(smtp, imap):
    (smtp.folder / "clock").write_text(str(-400 * 86_400))
    with open_submission(at(smtp)) as submission:
        submission.offer(REP, ["six@peer.test"])
        submission.transmit(letter(71))
    (smtp.folder / "clock").write_text("0")

    with open_mailbox(ImapServer(imap.host, imap.port, "none", "six@peer.test", "pw")) as mailbox:
        mailbox.examine("INBOX")
        (mail,) = mailbox.fetch_raw([1])
    assert (datetime.now(UTC) - mail.received_at).days == 400
