"""S/MIME in one lump: what is only signed is read, what is encrypted is labelled (I20)."""

from __future__ import annotations

import base64

import pytest

from inboxcrm.mail.cms import signed_content
from inboxcrm.mail.parse import parse_mail

SIGNED, DATA, ENVELOPED = (bytes.fromhex(f"06092a864886f70d0107{n:02d}") for n in (2, 1, 3))
INNER = b"Content-Type: text/plain\r\n\r\nwe accept\r\n"


def value(tag: int, content: bytes) -> bytes:
    """DER, with a length of two bytes where one does not do."""
    length = bytes([len(content)]) if len(content) < 128 else b"\x82" + len(content).to_bytes(2, "big")
    return bytes([tag]) + length + content


def open_value(tag: int, content: bytes) -> bytes:
    """BER, with an indefinite length."""
    return bytes([tag, 0x80]) + content + b"\0\0"


def lump(kind: bytes = SIGNED, octets: bytes = value(0x04, INNER), wrap=value) -> bytes:
    content = wrap(0x30, DATA + wrap(0xA0, octets))
    signed = wrap(0x30, value(0x02, b"\1") + value(0x31, b"") + content + value(0x31, b""))
    return wrap(0x30, kind + wrap(0xA0, signed))


@pytest.mark.parametrize(
    "raw",
    [
        lump(),
        lump(wrap=open_value),
        lump(octets=open_value(0x24, value(0x04, INNER[:9]) + value(0x04, INNER[9:])), wrap=open_value),
        lump(octets=value(0x24, value(0x04, INNER[:20]) + value(0x04, INNER[20:]))),
    ],
)
def test_the_signed_content_is_found_however_its_lengths_are_written(raw):
    assert signed_content(raw) == INNER


@pytest.mark.parametrize(
    "raw", [b"", b"x" * 50, lump(ENVELOPED), lump()[:30], b"\x30\x80" * 5000, lump(octets=value(0x05, b""))]
)
def test_what_is_no_signed_content_is_none(raw):
    assert signed_content(raw) is None


def mail_with(raw: bytes) -> bytes:
    head = b"From: a@x.test\r\nContent-Type: application/pkcs7-mime; name=smime.p7m\r\n"
    return head + b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(raw)


def test_a_signed_mail_is_read_and_an_encrypted_one_is_kept_whole():
    signed, encrypted = parse_mail(mail_with(lump())), parse_mail(mail_with(lump(ENVELOPED)))
    assert (signed.text, signed.protection) == ("we accept", "signed")
    assert (encrypted.text, encrypted.protection) == ("", "encrypted")
    assert [one.name for one in encrypted.attachments] == ["smime.p7m"]
