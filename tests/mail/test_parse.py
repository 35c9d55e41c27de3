"""Every mail becomes one plain value, or UnparsableMail, whatever its bytes are."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime

import pytest

from inboxcrm.mail.incoming import Address, DeliveryStatus
from inboxcrm.mail.parse import UnparsableMail, attachment_content, parse_headers, parse_mail

HEAD = b"From: Anna <Anna@Example.COM>\r\nTo: b@x.test\r\nMessage-ID: <m1@x.test>\r\nSubject: Hi\r\n"


def mail(headers: bytes = b"", body: bytes = b"hello\r\n") -> bytes:
    return HEAD + headers + b"\r\n" + body


def multipart(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + b"--b--\r\n"
    return mail(b"MIME-Version: 1.0\r\nContent-Type: multipart/" + kind + b'; boundary="b"\r\n', body)


PLAIN = b"Content-Type: text/plain\r\n\r\nplain words"
HTML = b'Content-Type: text/html\r\n\r\n<p>html <a href="https://x.test/a">words</a></p>'
PDF = b'Content-Type: application/pdf; name="q.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERg=='


def test_a_plain_mail_gives_its_fields():
    got = parse_mail(mail(b"Date: Mon, 6 Jan 2025 10:02:03 +0100\r\nCc: C <c@x.test>, d@x.test\r\n"))

    assert got.sender == Address("Anna", "anna@example.com")
    assert got.sender.domain == "example.com"
    assert [one.address for one in got.cc] == ["c@x.test", "d@x.test"]
    assert (got.message_id, got.subject, got.text) == ("m1@x.test", "Hi", "hello")
    assert got.sent_at == datetime(2025, 1, 6, 9, 2, 3, tzinfo=UTC)
    assert got.content_type == "text/plain"
    assert got.headers[0] == ("from", "Anna <Anna@Example.COM>")
    assert got.header("CC") == "C <c@x.test>, d@x.test"


def test_of_alternatives_the_plain_text_is_taken_and_html_only_becomes_text():
    assert parse_mail(multipart(b"alternative", HTML, PLAIN)).text == "plain words"
    assert parse_mail(multipart(b"mixed", HTML)).text == "html words <https://x.test/a>"
    assert parse_mail(multipart(b"mixed", PLAIN, HTML)).text == "plain words\nhtml words <https://x.test/a>"


def test_attachments_are_decoded_and_named():
    raw = multipart(b"mixed", PLAIN, PDF)
    (pdf,) = parse_mail(raw).attachments
    assert (pdf.name, pdf.content_type, pdf.size) == ("q.pdf", "application/pdf", 4)
    assert pdf.sha256 == hashlib.sha256(b"%PDF").hexdigest()
    assert attachment_content(raw, pdf.sha256) == b"%PDF"
    assert attachment_content(raw, "0" * 64) is None


def test_an_attached_message_is_an_attachment_and_never_body_text():
    inner = b"Content-Type: message/rfc822\r\n\r\nFrom: c@y.test\r\nSubject: Old\r\n\r\nlost price"
    raw = multipart(b"mixed", PLAIN, inner)
    got = parse_mail(raw)

    assert got.text == "plain words"
    assert [(part.name, part.content_type) for part in got.attachments] == [("Old.eml", "message/rfc822")]
    content = b"From: c@y.test\r\nSubject: Old\r\n\r\nlost price"
    assert attachment_content(raw, got.attachments[0].sha256) == content
    assert not got.is_report


def test_an_attached_message_says_who_wrote_what_and_when():
    inner = (
        b"Content-Type: message/rfc822\r\n\r\nFrom: Cleo <c@y.test>\r\nTo: a@x.test\r\nSubject: Old\r\n"
        b"Date: Mon, 6 Jan 2025 10:02:03 +0100\r\nMessage-ID: <old@y.test>\r\n\r\nlost price"
    )
    got = parse_mail(multipart(b"mixed", PLAIN, inner))

    (old,) = got.attached
    assert (old.sender, old.to) == (Address("Cleo", "c@y.test"), (Address("", "a@x.test"),))
    assert len(old.ident) == 64
    assert (old.subject, old.message_id, old.text) == ("Old", "old@y.test", "lost price")
    assert old.sent_at == datetime(2025, 1, 6, 9, 2, 3, tzinfo=UTC)


def test_a_mail_attached_as_a_file_is_read_too():
    inner = b"From: c@y.test\r\n\r\nold words"
    part = b'Content-Type: application/octet-stream; name="old.EML"\r\n\r\n' + inner
    (old,) = parse_mail(multipart(b"mixed", PLAIN, part)).attached
    assert (old.sender, old.text) == (Address("", "c@y.test"), "old words")


def test_an_attached_message_may_be_encoded_and_may_hold_another():
    innermost = b"Subject: third\r\n\r\nthird words"
    head = b"Subject: second\r\nContent-Type: message/rfc822\r\n\r\n"
    encoded = base64.b64encode(head + innermost)
    part = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + encoded
    (second,) = parse_mail(multipart(b"mixed", PLAIN, part)).attached
    assert (second.subject, second.text, second.attached) == ("second", "", ())
    assert [one.content_type for one in second.attachments] == ["message/rfc822"]


def test_a_delivery_report_says_who_and_which_letter():
    status = (
        b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.test\r\n\r\n"
        b"Final-Recipient: rfc822; Gone@Peer.test\r\nAction: Failed\r\nStatus: 5.1.1 (no such user)\r\n\r\n"
        b"Original-Recipient: rfc822;late@peer.test\r\nFinal-Recipient: rfc822; x@internal\r\n"
        b"Action: delayed\r\nStatus: 4.2.2\r\n"
    )
    returned = b"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <ours@us.test>\r\nSubject: Quote\r\n"
    got = parse_mail(multipart(b"report; report-type=delivery-status", PLAIN, status, returned))

    assert got.is_report
    assert got.delivery_statuses == (
        DeliveryStatus("gone@peer.test", "failed", "5.1.1"),
        DeliveryStatus("late@peer.test", "delayed", "4.2.2", also=("x@internal",)),
    )
    assert got.original_message_id == "ours@us.test"
    assert got.text == "plain words"


def test_the_whole_letter_returned_in_a_report_names_itself_too():
    returned = b"Content-Type: message/rfc822\r\n\r\nMessage-ID: <ours@us.test>\r\n\r\nold words"
    got = parse_mail(multipart(b"report; report-type=delivery-status", PLAIN, returned))
    assert got.original_message_id == "ours@us.test"
    assert got.attached == ()


def test_an_invitation_is_seen():
    invite = b"Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR"
    got = parse_mail(multipart(b"alternative", PLAIN, invite))
    assert got.has_calendar
    assert got.text == "plain words"


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        (b"Subject: Gr\xfc\xdfe", "Grüße"),
        ("Subject: Grüße".encode(), "Grüße"),
        (b"Subject: =?iso-8859-1?q?Gr=FC=DFe?=", "Grüße"),
        (b"Subject: =?utf-8*fr?q?d=C3=A9j=C3=A0?= vu", "déjà vu"),
        (b"Subject: =?utf-8?b?R3LD?= =?utf-8?b?vMOfZQ==?=", "Grüße"),
        (b"Subject: =?win-1251?q?=CF=F0=E8?=", "При"),
        (b"Subject: =?unknown-8bit?q?caf=E9?=", "café"),
        (b"Subject: =?utf-8?q?a=0D=0ABcc:_spy=40x?=", "a Bcc: spy@x"),
        (b"Subject: a\x00b\x1b[31m", "ab[31m"),
        ("Subject: \u202eexe.pdf".encode(), "exe.pdf"),
        (b"Subject: one\r\n two", "one two"),
    ],
)
def test_a_subject_is_one_readable_line_whatever_its_charset(header, wanted):
    """I17 and S6."""
    assert parse_mail(header + b"\r\n\r\nx").subject == wanted


@pytest.mark.parametrize(
    ("charset", "raw", "wanted"),
    [
        (b"utf-8", "Grüße €".encode(), "Grüße €"),
        (b"utf-8", b"Gr\xfc\xdfe", "Grüße"),
        (b"us-ascii", b"Gr\xfc\xdfe", "Grüße"),
        (b"windows-874", b"\xa1\xa2", "กข"),
        (b"x-sjis", b"\x82\xa0", "あ"),
        (b"iso-2022-jp", b'\x1b$B$"\x1b(B', "あ"),
        (b"iso-2022-jp", b"\x83c\x81[\x83\x8b", "ツール"),
        (b"iso-8859-8-i", b"\xf9\xec", "של"),
        (b"cp-850", b"\x81", "ü"),
        (b"x-gbk", b"\xc4\xe3", "你"),
        (b"win-1251", b"\xcf\xf0\xe8", "При"),
        (b"unknown-8bit", b"caf\xe9", "café"),
        (b"utf-8*fr", "déjà".encode(), "déjà"),
        (b"'utf-8'", "déjà".encode(), "déjà"),
        (b"gb2312", "镕".encode("gb18030"), "镕"),
        (b"utf8mb4", "☃".encode(), "☃"),
        (b"latin-9", b"\xa4", "€"),
        (b"unicode-1-1-utf-7", b"+AOk-", "é"),
        (b"no-such-charset", b"caf\xe9", "café"),
        (b"unicode_escape", b"\\ud800", "\\ud800"),
        (b"zlib_codec", b"x", "x"),
        (b"utf-8", b"a\x00b\x0cc", "ab\nc"),
        (b"utf-7", b"+2AA-x", "\ufffdx"),
    ],
)
def test_a_body_is_readable_whatever_its_charset(charset, raw, wanted):
    encoded = base64.b64encode(raw)
    headers = b"Content-Type: text/plain; charset=" + charset + b"\r\nContent-Transfer-Encoding: base64\r\n"
    got = parse_mail(mail(headers, encoded)).text
    assert got == wanted
    got.encode("utf-8")


@pytest.mark.parametrize(
    "date", [b"32 Foo 2025", b"Mon, 1 Jan 0001 00:00:00 +0000", b"x", b"1 Jan 99999 1:1:1"]
)
def test_an_absurd_date_is_no_date(date):
    """I18."""
    assert parse_mail(mail(b"Date: " + date + b"\r\n")).sent_at is None


def test_a_date_without_a_zone_is_taken_as_utc():
    assert parse_mail(mail(b"Date: Mon, 6 Jan 2025 10:02:03\r\n")).sent_at == datetime(
        2025, 1, 6, 10, 2, 3, tzinfo=UTC
    )


def test_of_many_references_the_first_and_the_last_199_are_kept():
    """T3."""
    ids = b" ".join(b"<%d@x>" % number for number in range(300))
    got = parse_mail(mail(b"References: " + ids + b"\r\nIn-Reply-To: your mail <a@x> of <b@x>\r\n"))
    assert len(got.references) == 200
    assert (got.references[0], got.references[1], got.references[-1]) == ("0@x", "101@x", "299@x")
    assert got.in_reply_to == ("a@x", "b@x")


def test_the_first_from_counts_and_a_second_is_a_defect():
    got = parse_mail(b"From: a@x.test\r\nFrom: boss@x.test\r\n\r\nx")
    assert got.sender == Address("", "a@x.test")
    assert "Repeated-from" in got.defects


def test_addresses_of_several_to_fields_are_all_there():
    got = parse_mail(b'From: a@x.test\r\nTo: b@x.test\r\nTo: "D, E" <d@x.test>\r\n\r\n')
    assert got.to == (Address("", "b@x.test"), Address("D, E", "d@x.test"))


def test_a_raw_eight_bit_name_is_read():
    assert parse_mail(b"From: J\xf6rg <j@x.test>\r\n\r\n").sender == Address("Jörg", "j@x.test")


def test_headers_alone_can_be_read():
    got = parse_headers(b"From: a@x.test\r\nTo: b@x.test\r\nReferences: <r@x>\r\n\r\n")
    assert (got.sender, got.references, got.text, got.ident) == (Address("", "a@x.test"), ("r@x",), "", "")


TORTURES = {
    "nothing but a colon": b":",
    "no header": b"just words",
    "no end of headers": b"From: a@x.test\r\nSubject: x",
    "old mac line ends": b"From: a@x.test\rSubject: x\r\rhello",
    "blank lines on top": b"\r\n\r\nFrom: a@x.test\r\n\r\nhello",
    "mbox line on top": b"From a@x Mon Jan 6 10:00:00 2025\nFrom: a@x.test\n\nhello",
    "boundary without end": multipart(b"mixed", PLAIN).replace(b"--b--\r\n", b""),
    "boundary that never comes": multipart(b"mixed", PLAIN).replace(b"--b", b"--c"),
    "multipart without boundary": mail(b"Content-Type: multipart/mixed\r\n"),
    "epilogue with defects": multipart(b"mixed", PLAIN) + b"--b\r\nmore",
    "broken base64": mail(b"Content-Transfer-Encoding: base64\r\n", b"%%%=A=="),
    "broken quoted-printable": mail(b"Content-Transfer-Encoding: quoted-printable\r\n", b"=ZZ=\r\n=4"),
    "broken uuencode": mail(b"Content-Transfer-Encoding: x-uuencode\r\n", b"begin 644 a\r\nzzz\r\n"),
    "base64 attached message": multipart(
        b"mixed", b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nRnJvbTogYQ=="
    ),
    "odd parameters": mail(b"Content-Type: text/plain; charset*0*=utf-8''%F0%; name*1=x; =y\r\n"),
    "odd encoded word": mail(b"X-A: =?utf-8?b?====?= =?x?q?=?= =??q??=\r\n"),
    "eight-bit file name": multipart(
        b"mixed", b"Content-Disposition: attachment; filename=\xe4\xf6.txt\r\n\r\nx"
    ),
    "address soup": b'From: <<a@x>>, ;;(((\r\nTo: undisclosed-recipients:;\r\nCc: a@b@c, "\r\n\r\n',
    "report of text": multipart(
        b"report; report-type=delivery-status", b"Content-Type: message/delivery-status\r\n\r\nx"
    ),
    "huge header": b"Subject: " + b"=?utf-8?q?a?= " * 20_000 + b"\r\n\r\n",
    "many recipients": b"To: " + b"a@x.test, " * 50_000 + b"\r\n\r\n",
    "many parts": multipart(b"mixed", *[b"\r\nx"] * 3000),
    "angry html": mail(b"Content-Type: text/html\r\n", b"<!--" * 50_000 + b"<" * 50_000 + b"<a href=" * 9000),
}


@pytest.mark.parametrize("name", TORTURES)
def test_odd_mail_is_read_without_a_crash(name):
    got = parse_mail(TORTURES[name])
    assert len(got.ident) == 64
    (got.text + got.subject + "".join(value for _, value in got.headers)).encode("utf-8")


def test_text_survives_a_missing_boundary_and_old_line_ends():
    assert "plain words" in parse_mail(TORTURES["boundary that never comes"]).text
    assert parse_mail(TORTURES["old mac line ends"]).text == "hello"
    assert parse_mail(TORTURES["blank lines on top"]).sender == Address("", "a@x.test")


@pytest.mark.parametrize("raw", [b"", b"\r\n\r\n"])
def test_nothing_at_all_is_unparsable(raw):
    with pytest.raises(UnparsableMail, match="nothing"):
        parse_mail(raw)


def test_a_mail_nested_too_deeply_is_read_down_to_a_depth():
    """I7: two thousand levels are a hundred and a lump."""
    raw = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(2000)
    )
    got = parse_mail(HEAD + raw)
    assert got.sender == Address("Anna", "anna@example.com")
    assert "NestedTooDeeply" in got.defects


def test_messages_attached_within_each_other_are_read_down_to_a_depth():
    got = parse_mail(HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 3000)
    assert [part.content_type for part in got.attachments] == ["message/rfc822"]
    assert len(got.attached) == 1


def test_a_part_that_is_said_to_be_base64_and_is_not_stays_as_it_is():
    raw = mail(b"Content-Transfer-Encoding: base64\r\n", b"Please call me back. Anna\r\n")
    assert parse_mail(raw).text == "Please call me back. Anna"


def test_a_cut_base64_part_keeps_what_came():
    encoded = base64.b64encode(b"Hello World, how are you?").rstrip(b"=")
    raw = mail(b"Content-Transfer-Encoding: base64\r\n", encoded[:-1])
    assert parse_mail(raw).text == "Hello World, how are you"


def test_a_signed_text_is_read_without_its_armor():
    """I20."""
    body = (
        b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nwe accept\n- -- \nAnna\n"
        b"-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n"
    )
    got = parse_mail(mail(b"", body))
    assert (got.text, got.protection) == ("we accept\n-- \nAnna", "signed")


def test_an_encrypted_text_is_labelled_and_gives_no_words():
    """I20."""
    body = b"-----BEGIN PGP MESSAGE-----\n\nabc\n-----END PGP MESSAGE-----\n"
    got = parse_mail(mail(b"", body))
    assert (got.text, got.protection) == ("", "encrypted")


@pytest.mark.parametrize(
    ("kind", "parts", "wanted"),
    [
        (b"signed; protocol=x", (PLAIN, PDF), ("plain words", "signed")),
        (b"encrypted; protocol=x", (PLAIN, PDF), ("", "encrypted")),
    ],
)
def test_protected_multiparts_are_labelled(kind, parts, wanted):
    """I20: a signed body is read, an encrypted one is kept whole."""
    got = parse_mail(multipart(kind, *parts))
    assert (got.text, got.protection) == wanted


def test_a_line_that_is_no_header_does_not_end_them_while_the_sender_is_to_come():
    raw = b"--- Original ---\r\nReceived: from a\r\nby b with SMTP\r\nSubject: Hi\r\nFrom: a@x.test\r\n\r\nhello"
    got = parse_mail(raw)
    assert (got.sender, got.subject, got.text) == (Address("", "a@x.test"), "Hi", "hello")
    assert "MissingHeaderBodySeparatorDefect" in got.defects


def test_after_the_sender_a_line_that_is_no_header_begins_the_body():
    got = parse_mail(b"From: a@x.test\r\nhello there\r\nTo: b@x.test\r\n\r\nx")
    assert (got.text, got.to) == ("hello there\nTo: b@x.test\n\nx", ())


def test_several_reply_to_fields_are_all_there():
    got = parse_mail(b"From: a@x.test\r\nReply-To: b@x.test\r\nReply-To: c@x.test\r\n\r\nx")
    assert [one.address for one in got.reply_to] == ["b@x.test", "c@x.test"]


def test_a_folded_boundary_is_found():
    raw = mail(
        b'Content-Type: multipart/mixed; boundary="foo\r\n bar"\r\n',
        b"--foo bar\r\n\r\nwords\r\n--foo bar--\r\n",
    )
    assert parse_mail(raw).text == "words"


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (b"Text/Plain charset=utf-8", "text/plain"),
        (b"text/\x00html", "text/plain"),
        (b"text/\xfcml", "text/plain"),
        (b"text", "text/plain"),
        (b"; x", "text/plain"),
        (b"a/" + b"b" * 500, "text/plain"),
        (b"Application/PDF;name=x", "application/pdf"),
    ],
)
def test_a_media_type_is_one_or_plain_text(given, wanted):
    assert parse_mail(mail(b"Content-Type: " + given + b"\r\n")).content_type == wanted


def test_a_control_character_in_a_name_is_gone():
    got = parse_mail(b'From: "A\x00na\x7f" <a@x.test>\r\n\r\n')
    assert got.sender == Address("Ana", "a@x.test")
