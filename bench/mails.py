"""The mails that are taken in: the real ones of a corpus, or made ones."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from email.message import EmailMessage
from itertools import count, islice
from pathlib import Path

MADE = 2000
PEOPLE = 200
_ID = re.compile(rb"<(?=[^<>@\s]{1,200}@[^<>@\s]{1,200}>)")
_LINE_END = re.compile(rb"\r?\n")


def all_mails(n: int | None) -> Iterator[bytes]:
    """Give mails with CRLF as they travel: of $INBOXCRM_CORPUS/real if that is set, else made ones."""
    corpus = os.environ.get("INBOXCRM_CORPUS")
    if not corpus:
        return made_mails(n or MADE)
    files = sorted(Path(corpus, "real").rglob("*.eml"))
    return (_LINE_END.sub(b"\r\n", file.read_bytes()) for file in islice(files, n))


def many_mails(n: int) -> Iterator[bytes]:
    """Give n mails: those of `all_mails` again and again, each time with other ids, as other conversations."""
    given = 0
    for turn in count():
        for mail in all_mails(None):
            if given == n:
                return
            given += 1
            yield _ID.sub(b"<%d." % turn, mail) if turn else mail


def made_mails(n: int) -> Iterator[bytes]:
    """Give n mails of 200 customers: conversations of five, every tenth mail with a small attachment."""
    for number in range(n):
        conversation, place = divmod(number, 5)
        customer = conversation % PEOPLE
        mail = EmailMessage()
        mail["From"] = f"Customer {customer} <buyer@customer{customer}.example>"
        mail["To"] = "desk@bench.example"
        mail["Date"] = f"Mon, 02 Nov 2026 {number // 60 % 24:02}:{number % 60:02}:00 +0100"
        mail["Message-ID"] = f"<{conversation}.{place}@customer{customer}.example>"
        mail["Subject"] = f"{'Re: ' if place else ''}Question {conversation}"
        if place:
            mail["In-Reply-To"] = f"<{conversation}.{place - 1}@customer{customer}.example>"
            mail["References"] = " ".join(
                f"<{conversation}.{before}@customer{customer}.example>" for before in range(place)
            )
        mail.set_content(f"What do {number} licences cost?\n\n" + "We would like to know soon.\n" * 40)
        if number % 10 == 0:
            mail.add_attachment(bytes(3000), maintype="application", subtype="octet-stream", filename="a.bin")
        yield mail.as_bytes(policy=mail.policy.clone(linesep="\r\n"))
