"""Mails that are made to hurt a parser, built when they are asked for (FAILURES I7)."""

from __future__ import annotations

import base64
from collections.abc import Callable

HEAD = b"From: a@x.test\r\nSubject: bomb\r\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"


def nested(depth: int) -> bytes:
    """Multiparts in each other, none of which ends."""
    level = b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n"
    return HEAD + b"".join(level % (n, n) for n in range(depth))


def attached(size: int) -> bytes:
    """A mail with one attachment of so many bytes."""
    encoded = (base64.b64encode(b"\x01\x02\x03" * 19) + b"\r\n") * (size // 57)
    head = b"--b\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return MIXED + b"--b\r\n\r\nhi\r\n" + head + encoded + b"--b--\r\n"


BOMBS: dict[str, Callable[[], bytes]] = {
    "nested a thousand deep": lambda: nested(1000),
    "messages within messages": lambda: HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 20_000,
    "ten thousand parts": lambda: MIXED + b"--b\r\n\r\nx\r\n" * 10_000 + b"--b--\r\n",
    "a megabyte of one encoded word": lambda: (
        b"From: a@x.test\r\nSubject: =?utf-8?b?" + base64.b64encode(b"x" * 750_000) + b"?=\r\n\r\nx"
    ),
    "a megabyte of encoded words": lambda: HEAD + b"X-A: " + b"=?utf-8?q?=41?=\r\n " * 55_000 + b"\r\n\r\nx",
    "twenty thousand recipients": lambda: (
        HEAD
        + b"To: "
        + b"".join(b"Some One <o%d@x.test>,\r\n " % n for n in range(20_000))
        + b"z@x.test\r\n\r\n"
    ),
    "twenty megabytes without the boundary": lambda: MIXED + b"words without any boundary\r\n" * 700_000,
    "fifty megabytes attached": lambda: attached(50_000_000),
    "two million headers": lambda: b"X-A: b\r\n" * 2_000_000 + HEAD + b"\r\nx",
    "five megabytes of open tables": lambda: (
        HEAD + b"Content-Type: text/html\r\n\r\n" + b"<table><tr><td>" * 333_333
    ),
    "half a million open comments": lambda: HEAD + b"To: " + b"(" * 500_000 + b"\r\n\r\nx",
    "a winmail.dat that counts to four thousand million": lambda: (
        HEAD + b"Content-Type: application/ms-tnef\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        b"eJ8+IgEAAQOQBgAMAAAA/////wIAAQAAAAAAAAA=\r\n"
    ),
    "a time zone that changes each second": lambda: (
        HEAD + b"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nTZID:x\r\n"
        b"BEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nRRULE:FREQ=SECONDLY\r\nTZOFFSETFROM:+0100\r\n"
        b"TZOFFSETTO:+0200\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:u\r\n"
        b"DTSTART;TZID=x:20250101T000000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    ),
}
