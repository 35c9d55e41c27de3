"""Two copies of one mail are the same mail; two mails that share an id or a minute are not."""

from __future__ import annotations

from inboxcrm.mail.parse import parse_mail

MAIL = (
    b"From: Anna <a@x.test>\r\nDate: Mon, 6 Jan 2025 10:02:03 +0100\r\nMessage-ID: <m@x>\r\n"
    b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nContent-Type: text/plain; charset=utf-8\r\n"
)
QP = MAIL + b"Content-Transfer-Encoding: quoted-printable\r\n\r\nSch=C3=B6ne =\r\nGr=C3=BC=C3=9Fe\r\n"
EIGHT_BIT = MAIL + b"Content-Transfer-Encoding: 8bit\r\n\r\n" + "Schöne Grüße\r\n\r\n".encode()


def ident(raw: bytes) -> str:
    return parse_mail(raw).ident


def test_line_ends_trace_lines_and_transfer_encoding_do_not_matter():
    assert ident(QP) == ident(QP.replace(b"\r\n", b"\n")) == ident(EIGHT_BIT)
    assert ident(QP) == ident(b"Received: by mx.test; Mon, 6 Jan 2025 10:02:04 +0100\r\n" + QP)


def test_a_reused_message_id_is_another_mail():
    """I9."""
    assert ident(QP) != ident(QP.replace(b"Sch", b"Bl"))


def test_without_message_ids_another_body_is_another_mail():
    """I8."""
    bare = QP.replace(b"Message-ID: <m@x>\r\n", b"")
    assert ident(bare) != ident(bare.replace(b"Sch", b"Bl"))
    assert ident(bare) != ident(QP)


def test_another_author_date_or_subject_is_another_mail():
    swaps = [(b"a@x.test", b"b@x.test"), (b"10:02:03", b"10:02:04"), (b"=9F", b"=9E")]
    variants = [QP, *(QP.replace(old, new) for old, new in swaps)]
    assert len({ident(raw) for raw in variants}) == 4


def test_an_attachment_counts_by_name_type_and_size():
    def attached(name: bytes, content: bytes) -> bytes:
        part = (
            b'--b\r\nContent-Type: application/pdf; name="' + name + b'"\r\n\r\n' + content + b"\r\n--b--\r\n"
        )
        return b"From: a@x.test\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + part

    assert ident(attached(b"a.pdf", b"1234")) == ident(attached(b"a.pdf", b"5678"))
    assert (
        len(
            {
                ident(attached(b"a.pdf", b"1")),
                ident(attached(b"b.pdf", b"1")),
                ident(attached(b"a.pdf", b"12")),
            }
        )
        == 3
    )
