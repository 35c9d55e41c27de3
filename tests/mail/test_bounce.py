"""Bounces are read to the exact recipients who failed, and to the mail that came back (L2)."""

from __future__ import annotations

import base64
import time

import pytest

from inboxcrm.mail.automatic import automatic_kind
from inboxcrm.mail.bounce.notice import Recipient
from inboxcrm.mail.bounce.read import read_bounce, read_notice
from tests.mail import bounces
from tests.mail.bounces import GONE, HEADERS, OURS, notice, read, report, status_fields


def failed(raw: bytes) -> list[Recipient]:
    bounce = read_bounce(read(raw))
    return list(bounce.recipients) if bounce else []


def addresses(raw: bytes) -> list[str]:
    return [one.address for one in failed(raw)]


def test_a_report_by_the_book_says_who_why_and_which_mail() -> None:
    bounce = read_bounce(read(report(status_fields())))

    assert bounce is not None
    [carla] = bounce.recipients
    assert (carla.address, carla.kind, carla.status, carla.reason) == (
        GONE,
        "permanent",
        "5.1.1",
        "user unknown",
    )
    assert carla.diagnostic == "smtp; 550 user unknown"
    assert carla.is_dead
    assert bounce.original_ids == (OURS,)


@pytest.mark.parametrize(
    ("family", "text", "reason", "ids"),
    [
        ("qmail", bounces.QMAIL, "user unknown", (OURS,)),
        ("postfix", bounces.POSTFIX, "policy", ()),
        ("sendmail", bounces.SENDMAIL, "host unknown", ()),
        ("exchange", bounces.EXCHANGE, "user unknown", ()),
        ("domino", bounces.DOMINO, "user unknown", ()),
        ("imail", bounces.IMAIL, "user unknown", (OURS,)),
        ("gmail", bounces.GMAIL, "user unknown", (OURS,)),
        ("exim", bounces.GMX, "mailbox full", (OURS,)),
        ("smtp transcript", bounces.TRANSCRIPT, "user unknown", ()),
        ("aol", bounces.AOL, "other", ()),
        ("novell", bounces.NOVELL, "user unknown", ()),
        ("mimecast", bounces.MIMECAST, "user unknown", ()),
    ],
)
def test_each_family_of_servers_is_read_in_its_own_words(
    family: str, text: str, reason: str, ids: tuple[str, ...]
) -> None:
    bounce = read_bounce(read(notice(text, sender="mailer-daemon@brouwer.test")))

    assert bounce is not None
    assert (bounce.source, bounce.original_ids) == (family, ids)
    assert [(one.address, one.reason) for one in bounce.recipients] == [(GONE, reason)]


def test_several_recipients_keep_their_own_reasons_and_what_they_came_from() -> None:
    [carla, dave] = failed(notice(bounces.EXIM))

    assert (carla.address, carla.status, carla.reason, carla.is_dead) == (
        GONE,
        "5.2.2",
        "mailbox full",
        False,
    )
    assert carla.also == ("info@brouwer.test",)
    assert (dave.address, dave.status, dave.reason, dave.is_dead) == (
        "dave@brouwer.test",
        "5.1.1",
        "user unknown",
        True,
    )


def test_the_header_of_exim_counts_before_its_words() -> None:
    raw = notice("It did not work.", headers={"X-Failed-Recipients": f"{GONE}, Dave@Brouwer.test"})

    assert addresses(raw) == [GONE, "dave@brouwer.test"]


def test_the_address_that_we_wrote_to_comes_first_and_where_it_went_after_it() -> None:
    fields = "Original-Recipient: rfc822;info@brouwer.test\n" + status_fields()

    [one] = failed(report(fields))
    assert (one.address, one.also) == ("info@brouwer.test", (GONE,))


@pytest.mark.parametrize(
    "fields",
    [
        status_fields().replace("\n", "\n\n", 1),
        status_fields().replace("rfc822; ", "rfc822;rfc822;"),
        status_fields().replace(f"rfc822; {GONE}", f"<{GONE}>"),
        status_fields().replace("Action: failed", "action:Failed (undeliverable)"),
        "\n".join(reversed(status_fields().splitlines())) + "\n",
    ],
    ids=["blank lines", "type twice", "no type", "a comment", "turned round"],
)
def test_the_fields_of_a_report_may_be_broken_as_they_are_in_the_world(fields: str) -> None:
    assert addresses(report(fields)) == [GONE]


def test_a_report_whose_encoding_was_never_undone_is_read() -> None:
    fields = "Reporting-MTA: dns; mx.brouwer.test\r\n\r\n" + status_fields().replace("\n", "\r\n")
    raw = report(status_fields()).replace(fields.encode(), base64.encodebytes(fields.encode()))

    assert b"Final-Recipient" not in raw
    assert addresses(raw) == [GONE]


def test_a_report_without_its_parts_is_read_as_text() -> None:
    pasted = f"Sorry.\n\nReporting-MTA: dns; mx\n\n{status_fields()}\nReceived: by mx\nMessage-ID: <{OURS}>\n"

    bounce = read_bounce(read(notice(pasted)))
    assert bounce is not None
    assert [one.address for one in bounce.recipients] == [GONE]
    assert bounce.original_ids == (OURS,)


def test_amazon_tells_of_bounces_in_json() -> None:
    """By a mail of SNS; complaints and deliveries come in the same way and are none."""
    told = {"sender": "no-reply@sns.amazonaws.com", "subject": "AWS Notification Message"}
    bounce = read_bounce(read(notice(bounces.SES, **told)))

    assert bounce is not None
    assert [(one.address, one.status) for one in bounce.recipients] == [(GONE, "5.1.1")]
    assert bounce.original_ids == (OURS,)
    for other in ("Complaint", "Delivery"):
        assert read_bounce(read(notice(bounces.SES.replace('"Bounce"', f'"{other}"'), **told))) is None


def test_a_notice_that_a_gateway_wraps_into_its_own_is_read() -> None:
    inner = "From: MAILER-DAEMON@inner.test\r\nSubject: Returned mail\r\n\r\n" + bounces.SENDMAIL
    raw = (
        f"From: {bounces.DAEMON}\r\nSubject: Returned mail\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        "--b\r\n\r\nThe original message had permanent errors.\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\n{inner}\r\n--b--\r\n"
    )

    assert addresses(raw.encode()) == [GONE]


def test_in_words_that_nobody_knows_the_one_address_that_it_can_mean_has_failed() -> None:
    words = (
        f"Alas! Your mail to sales@kestrel.test's friend {GONE} was rejected.\nAsk postmaster@brouwer.test.\n"
    )
    returned = f"Alas, it could not reach him.\n\nOriginal message:\nFrom: sales@kestrel.test\nTo: {GONE}\n"

    assert addresses(notice(words, subject="Undeliverable: Quote")) == [GONE]
    assert addresses(notice(returned, subject="Undeliverable: Quote")) == [GONE]
    assert addresses(notice(words + "Or was it eve@x.test?", subject="Undeliverable: Quote")) == []
    assert addresses(notice(words, subject="Your question")) == []


def test_only_those_who_failed_are_bounced() -> None:
    """RFC 3464: relayed, delivered and delayed recipients of the same report are none."""
    others = [status_fields(f"{n}@x.test", n, "2.0.0") for n in ("delivered", "relayed", "expanded")]

    assert addresses(report(*others, status_fields("late@x.test", "delayed", "4.4.1"), status_fields())) == [
        GONE
    ]


@pytest.mark.parametrize(
    "raw",
    [
        report(status_fields(action="delayed", status="4.4.1")),
        report(status_fields(action="delivered", status="2.0.0")),
        report(status_fields(action="relayed", status="2.0.0")),
        notice(bounces.EXIM_DELAY, subject="Warning: message 1 delayed 24 hours"),
        notice(bounces.GMAIL.replace("failed permanently", "has been delayed"), subject="Delivery Status (Delay)"),
    ],
    ids=["delayed", "delivered", "relayed", "exim's delay", "gmail's delay"],
)  # fmt: skip
def test_a_notice_of_delay_or_delivery_is_no_bounce(raw: bytes) -> None:
    incoming = read(raw)

    assert read_notice(incoming) is not None
    assert read_bounce(incoming) is None
    found = automatic_kind(incoming)
    assert found is not None
    assert found.kind == "bulk"


def test_a_receipt_in_words_is_no_bounce() -> None:
    said = (
        f"----- The following addresses had successful delivery notifications -----\n<{GONE}> (delivered)\n"
    )

    assert read_notice(read(notice(said, subject="Delivery report"))) is None


def test_a_complaint_is_no_bounce() -> None:
    """ARF (RFC 5965): the mail was delivered, and somebody called it spam."""
    raw = report(status_fields()).replace(b"report-type=delivery-status", b"report-type=feedback-report")
    raw = raw.replace(b"message/delivery-status", b"message/feedback-report")

    incoming = read(raw)
    assert read_bounce(incoming) is None
    found = automatic_kind(incoming)
    assert found is not None
    assert found.kind == "bulk"


@pytest.mark.parametrize("text", [bounces.QMAIL, bounces.EXIM, bounces.SENDMAIL])
def test_a_person_who_quotes_a_bounce_did_not_bounce(text: str) -> None:
    raw = notice(
        text,
        sender="bob@peer.test",
        subject="Fwd: failure notice",
        headers={"Return-Path": "<bob@peer.test>"},
    )

    assert read_bounce(read(raw)) is None
    assert automatic_kind(read(raw)) is None


def test_an_absence_of_a_mailbox_without_return_path_is_no_bounce() -> None:
    text = f"I am out of office. In urgent cases write to dave@brouwer.test.\n\n> {GONE} wrote\n"
    raw = notice(text, sender=GONE, subject="Automatic reply: Quote", headers={"Return-Path": "<>"})

    assert read_bounce(read(raw)) is None


def test_the_returned_mail_names_nobody() -> None:
    """What we wrote ourselves comes back below: an address in there has not failed."""
    assert addresses(notice(bounces.QMAIL)) == [GONE]


@pytest.mark.parametrize(
    ("said", "status", "kind", "reason"),
    [
        ("smtp; 452 4.2.2 mailbox full", "4.2.2", "temporary", "mailbox full"),
        ("smtp; 550 5.7.1 message rejected as spam", "5.7.1", "permanent", "policy"),
        ("smtp; 552 5.3.4 message too big", "5.3.4", "permanent", "too big"),
        ("smtp; 550 5.2.1 the account is disabled", "5.2.1", "permanent", "suspended"),
        ("X-Postfix; Host or domain name not found", "5.4.4", "permanent", "host unknown"),
        ("smtp; 421 4.4.7 message expired", "4.4.7", "temporary", "expired"),
        ("smtp; 554 5.0.0 something odd", "5.0.0", "permanent", "other"),
    ],
)
def test_why_he_failed_is_told_in_one_of_eight_words(said: str, status: str, kind: str, reason: str) -> None:
    [one] = failed(report(status_fields(status=status, said=said)))

    assert (one.status, one.kind, one.reason) == (status, kind, reason)


def test_a_code_that_says_nothing_gives_way_to_one_in_the_words() -> None:
    [one] = failed(report(status_fields(status="5.0.0", said="smtp; 550 5.1.1 gone")))

    assert one.status == "5.1.1"


def test_an_address_that_is_locked_for_a_while_is_not_dead() -> None:
    [one] = failed(report(status_fields(status="5.2.1", said="550 temporarily suspended")))

    assert not one.is_dead


def test_the_servers_words_are_scrubbed_and_cut() -> None:
    """V13: they go on to people."""
    [one] = failed(report(status_fields(said="smtp; 550 \x1b[31m\u202egone\x00 " + "x" * 5000)))

    assert one.diagnostic.startswith("smtp; 550 [31mgone")
    assert len(one.diagnostic) <= 300


def test_the_whole_mail_returned_names_itself_too() -> None:
    raw = report(status_fields()).replace(b"text/rfc822-headers", b"message/rfc822")

    bounce = read_bounce(read(raw))
    assert bounce is not None
    assert bounce.original_ids == (OURS,)


def test_a_letter_whose_id_was_rewritten_is_known_by_its_reference_to_itself() -> None:
    """T2: Amazon SES and others write Message-IDs of their own."""
    own = "3f.0123456789abcdef@ref.kestrel.test"
    rewritten = HEADERS.replace(OURS, "0100@ses.test") + f"References: <before@x.test>\n <{own}>\n"
    answer = rewritten + " <after@y.test>\n"

    for returned, wanted in ((rewritten, own), (answer, "0100@ses.test")):
        bounce = read_bounce(read(report(status_fields(), returned=returned)))
        assert bounce is not None
        assert bounce.original_ids == (wanted,)


def test_where_nothing_came_back_the_notice_names_what_it_answers() -> None:
    raw = report(status_fields(), returned=None)
    answering = raw.replace(b"MIME-Version", f"In-Reply-To: <{OURS}>\r\nMIME-Version".encode(), 1)

    for mail, ids in ((raw, ()), (answering, (OURS,))):
        bounce = read_bounce(read(mail))
        assert bounce is not None
        assert bounce.original_ids == ids


@pytest.mark.parametrize(
    "text",
    [
        "following address(es) failed:\n" + f"  {GONE} " * 40_000,
        "failure reasons" + "\n<" * 200_000,
        "RCPT TO:<" * 60_000,
        "a@" * 200_000 + "\nthe mail system\n",
        "Final-Recipient: rfc822; " * 20_000 + "\n" * 100_000,
        "undeliverable mail\n" + "x" * 400_000,
        "message-id:\n " * 40_000 + "original message\n" + "references: <" * 40_000,
    ],
    ids=[
        "one long line",
        "many brackets",
        "many commands",
        "many ats",
        "many fields",
        "one word",
        "many ids",
    ],
)
def test_a_hostile_notice_takes_no_longer_than_its_length(text: str) -> None:
    incoming = read(notice(text))

    start = time.process_time()
    read_bounce(incoming)
    assert time.process_time() - start < 1.5
