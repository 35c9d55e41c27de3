"""What must hold of any bytes that come as a mail, and a mutator for machines without atheris."""

from __future__ import annotations

import random
from collections.abc import Sequence

from inboxcrm.mail.errors import UnparsableMail
from inboxcrm.mail.incoming import Incoming
from inboxcrm.mail.parse import attachment_content, parse_mail

PIECES = (
    b"\r\n\r\n", b"--b\r\n", b"--b--", b"\x00", b"\xff", b"=?utf-8?b?", b"?=", b"<", b'"', b"(", b";", b"\r", b"\t",
    b"Content-Type: multipart/mixed; boundary=b\r\n", b"Content-Type: message/rfc822\r\n", b"BEGIN:VEVENT\r\n",
    b"Content-Transfer-Encoding: base64\r\n", b"Content-Type: text/calendar\r\n", b"<td>", b"<blockquote>", b"&#0;",
    b"Content-Type: application/ms-tnef\r\n", b"\xed\xa0\x80", b"charset=utf-7", b"-----BEGIN PGP MESSAGE-----\n",
)  # fmt: skip


def check_mail(raw: bytes) -> Incoming | None:
    """An Incoming that is safe to store, or UnparsableMail; anything else is a fault."""
    try:
        got = parse_mail(raw)
    except UnparsableMail:
        return None
    for one in (got, *got.attached):
        check_texts(one)
    if got.attachments:
        last = got.attachments[-1]
        content = attachment_content(raw, last.sha256)
        assert content is not None
        assert len(content) == last.size
    return got


def check_texts(got: Incoming) -> None:
    """No NUL, no lone surrogate, no line break in what is one line."""
    lines = [
        got.subject,
        got.message_id or "",
        *got.references,
        *got.in_reply_to,
        *got.defects,
        got.content_type,
    ]
    lines += [person.name + person.address for person in (*got.to, *got.cc, *got.reply_to)]
    lines += [attachment.name for attachment in got.attachments]
    lines += [event.uid + event.summary + event.location + event.organizer for event in got.calendar]
    lines += [value for _, value in got.headers]
    for text in (got.text, *lines):
        text.encode("utf-8")
        assert "\x00" not in text
    assert not any("\n" in line or "\r" in line for line in lines)
    assert len(got.ident) == 64


def mutated(seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """One of the seeds with a few places changed, cut, doubled or mixed with another."""
    raw = bytearray(chance.choice(seeds)[:20_000])
    for _ in range(chance.randint(1, 6)):
        at = chance.randint(0, len(raw))
        to = min(len(raw), at + chance.randint(0, 40))
        change = chance.randint(0, 4)
        if change == 0:
            raw[at:to] = bytes(chance.randrange(256) for _ in range(to - at))
        elif change == 1:
            del raw[at:to]
        elif change == 2:
            raw[at:at] = raw[at:to] * chance.randint(1, 4)
        elif change == 3:
            raw[at:at] = chance.choice(PIECES)
        else:
            raw[at:] = chance.choice(seeds)[at : at + 5000]
    return bytes(raw)
