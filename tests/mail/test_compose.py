"""A letter is the same bytes each time, and nothing foreign becomes a header (S6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes

import pytest

from inboxcrm.mail.compose import OutgoingAttachment, OutgoingMail, compose_mail
from inboxcrm.mail.errors import UnusableAddress
from inboxcrm.mail.incoming import Address
from inboxcrm.mail.parse import attachment_content, parse_mail

LETTER = OutgoingMail(
    sender=Address("Anna Müller", "anna@ours.test"),
    to=(Address("Doe, John", "john@peer.test"),),
    cc=(Address("", "c@peer.test"),),
    reply_to=Address("", "sales@ours.test"),
    subject="Ihr Angebot über 20 Stück",
    text="Guten Tag,\n\nanbei.\n-- \nAnna\n" + "x" * 1200 + "\n",
    html="<p>Guten Tag, anbei.</p>",
    message_id="41.0123456789abcdef@" + "very-long-name." * 8 + "ours.test",
    sent_at=datetime(2025, 1, 6, 9, 2, 3, tzinfo=UTC),
    in_reply_to="old@" + "peer." * 20 + "test",
    references=("first@peer.test", "old@" + "peer." * 20 + "test"),
    attachments=(
        OutgoingAttachment("Angebot Nr. 1 – Müller.pdf", "application/pdf", b"%PDF-1.7\n\x00\xff" * 50),
    ),
    headers=(("Auto-Submitted", "auto-generated"),),
)


def test_what_was_composed_is_read_again():
    raw = compose_mail(LETTER)
    got = parse_mail(raw)

    assert got.sender == LETTER.sender
    assert (got.to, got.cc, got.reply_to) == (LETTER.to, LETTER.cc, (LETTER.reply_to,))
    assert (got.subject, got.text.strip(), got.sent_at) == (
        LETTER.subject,
        LETTER.text.strip(),
        LETTER.sent_at,
    )
    assert (got.message_id, got.in_reply_to) == (LETTER.message_id, (LETTER.in_reply_to,))
    assert got.references == LETTER.references
    (pdf,) = got.attachments
    assert pdf.name == LETTER.attachments[0].name
    assert attachment_content(raw, pdf.sha256) == LETTER.attachments[0].content
    assert got.header("auto-submitted") == "auto-generated"
    assert got.defects == ()


def test_the_same_letter_is_the_same_bytes_and_another_has_other_boundaries():
    assert compose_mail(LETTER) == compose_mail(LETTER)
    boundary = message_from_bytes(compose_mail(LETTER)).get_boundary()
    assert message_from_bytes(compose_mail(replace(LETTER, message_id="42@x"))).get_boundary() != boundary


@pytest.mark.parametrize("length", range(60, 90, 3))
def test_a_subject_begins_on_its_own_line(length):
    """What is left of a header that begins on its second line is a blank, in some programs and in answers to it."""
    words = "Invoice I-2026-0001 over EUR 1185.80 goes out, Brouwer Bouw B.V. 20 standard, again and again"
    subject = words[:length].strip()
    raw = compose_mail(replace(LETTER, subject=subject, html=None, attachments=(), text="Subject:\n here"))

    assert message_from_bytes(raw)["Subject"].replace("\r\n", "") == subject
    assert b"\r\nSubject: Invoice I-2026" in raw
    assert b"Subject:\r\n here" in raw


def test_lines_end_by_crlf_and_are_short_enough_for_smtp():
    raw = compose_mail(LETTER)
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998


@pytest.mark.parametrize(
    "foreign",
    ["a\r\nBcc: spy@evil.test", "a\nBcc: spy@evil.test", "a\x00\x85Bcc: spy@evil.test", "a\u2028Bcc: x"],
)
def test_foreign_words_cannot_add_a_header(foreign):
    letter = replace(
        LETTER,
        subject=foreign,
        to=(Address(foreign, "john@peer.test"),),
        headers=(("X-Note", foreign),),
        attachments=(OutgoingAttachment(foreign, "text/x\r\nBcc: y", b"x"),),
    )
    message = message_from_bytes(compose_mail(letter))
    assert message["bcc"] is None
    assert all(part["bcc"] is None for part in message.walk())
    assert parse_mail(compose_mail(letter)).subject.startswith("a")


@pytest.mark.parametrize("name", ["Bcc", "bcc", "Resent-Bcc", "From", "X: y", "X\r\nBcc", "Content-Type", ""])
def test_hidden_recipients_and_our_own_headers_cannot_be_added(name):
    with pytest.raises(ValueError, match="cannot be added"):
        compose_mail(replace(LETTER, headers=((name, "spy@evil.test"),)))


@pytest.mark.parametrize(
    "address", ["", "x", "a@b, c@d", "a b@x.test", "a@x.test\r\nBcc: y@z", "<a@x.test>", "a@"]
)
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(UnusableAddress):
        compose_mail(replace(LETTER, to=(Address("", address),)))


def test_an_international_domain_travels_in_ascii():
    assert b"john@xn--mller-kva.test" in compose_mail(replace(LETTER, to=(Address("", "john@müller.test"),)))


def test_a_date_without_a_zone_and_a_broken_id_are_refused():
    with pytest.raises(ValueError, match="time zone"):
        compose_mail(replace(LETTER, sent_at=datetime(2025, 1, 6)))  # noqa: DTZ001
    with pytest.raises(ValueError, match="Message-ID"):
        compose_mail(replace(LETTER, message_id="a b\r\n@x"))
