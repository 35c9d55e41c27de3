"""Mailboxes with a bit of everything, and what must be here once they were read, whatever happened meanwhile."""

from __future__ import annotations

import imaplib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from inboxcrm.base.settings import Settings
from tests.ingest.building import raw_mail

LIVE = datetime(2025, 3, 3, 12, 0, tzinfo=UTC)  # before it, mail is history
PROOF = "Authentication-Results"
FOOTER = "\n_______________\nTeam mailing list\nhttps://lists.kestrel.test/team\n"


@dataclass(frozen=True, slots=True)
class Laid:
    """One mail as it lies on the server."""

    address: str
    folder: str
    raw: bytes
    at: datetime


def proven(domain: str) -> dict[str, str]:
    """The word of the receiving server on a mail."""
    return {
        PROOF: f"mx.test; dmarc=pass header.from={domain}",
        "Received": "from out.test by mx.test; Mon, 3 Mar 2025 12:00:00 +0000",
    }


def small_mailboxes(settings: Settings, count: int, seed: int = 1) -> list[Laid]:
    """About `count` mails: history, strangers, answers in any order, robots, a bounce, copies, a broken one."""
    sales, anna = (account.address for account in settings.account)
    chance = random.Random(seed)
    told: list[tuple[str, str, bytes, int]] = []  # address, folder, bytes, minutes after LIVE
    history, live = count // 5, count - count // 5 - 13
    for number in range(history):
        raw = raw_mail(f"old{number}@firm{number % 9}.test", sales, f"Old {number}", mid=f"<old{number}@t>")
        told.append((sales, "INBOX", raw, -3000 + number))
    for number in range(live):
        told += _conversation(number, sales, anna)
    told += _odd_ones(sales, anna)
    lately = [one for one in told if one[3] >= 0]
    chance.shuffle(lately)  # in the order in which the server got them, not in which they were written
    lately.sort(key=lambda one: b"[team]" in one[2])  # a list takes its time
    return [
        Laid(address, folder, raw, LIVE + timedelta(minutes=minutes))
        for address, folder, raw, minutes in [*(one for one in told if one[3] < 0), *lately]
    ]


def _conversation(number: int, sales: str, anna: str) -> Iterator[tuple[str, str, bytes, int]]:
    """Every third mail opens a matter, its customer's answer and Anna's follow."""
    matter, part = divmod(number, 3)
    customer = f"buyer{matter}@firm{matter}.test"
    first, mine = f"<q{matter}@firm>", f"<a{matter}@kestrel.test>"
    at = LIVE + timedelta(minutes=number)
    if part == 0:
        raw = raw_mail(customer, sales, f"Matter {matter}", f"text {number}", mid=first, at=at)
        yield sales, "INBOX", raw, number
    elif part == 1:
        raw = raw_mail(anna, customer, f"Re: Matter {matter}", f"text {number}", mid=mine, refs=first, at=at)
        yield anna, "Sent", raw, number
    else:
        raw = raw_mail(
            customer, anna, f"Re: Matter {matter}", f"text {number}", mid=f"<r{matter}@firm>", refs=f"{first} {mine}",
            at=at, cc=sales,
        )  # fmt: skip
        yield sales, "INBOX", raw, number
        yield anna, "INBOX", raw, number


def _odd_ones(sales: str, anna: str) -> Iterator[tuple[str, str, bytes, int]]:
    auto = {"Auto-Submitted": "auto-replied"}
    minute = 200
    away = raw_mail(
        "buyer0@firm0.test", anna, "Automatic reply", "I am away.", mid="<away@firm>", headers=auto
    )
    yield anna, "INBOX", away, minute
    yield (
        sales,
        "INBOX",
        raw_mail("bot@shop.test", sales, "Auto", "Thanks!", mid="<auto@s>", headers=auto),
        minute + 1,
    )
    yield sales, "INBOX", _bounce(sales), minute + 2
    yield sales, "INBOX", b"\r\n", minute + 3
    yield anna, "INBOX", raw_mail("mum@home.test", anna, "Sunday", "Private.", mid="<mum@h>"), minute + 4
    yield anna, "INBOX", raw_mail("dad@home.test", anna, "Monday", "Private.", mid="<dad@h>"), minute + 5
    ours = raw_mail(anna, sales, "done", "1 done", mid="<cmd@kestrel.test>", headers=proven("kestrel.test"))
    yield anna, "Sent", ours, minute + 6
    yield sales, "INBOX", ours, minute + 6
    both = raw_mail("new@listed.test", f"{sales}, {anna}", "To many", "One text.", mid="<many@l>")
    yield sales, "INBOX", both, minute + 7
    yield anna, "INBOX", both, minute + 7
    yield sales, "INBOX", list_copy(both), minute + 8
    news = raw_mail(
        "news@shop.test", sales, "News", mid="<n@s>", headers={"List-Unsubscribe": "<mailto:u@s.test>"}
    )
    yield sales, "INBOX", news, minute + 9


def list_copy(raw: bytes) -> bytes:
    """The same mail as a list hands it on: a tag in the subject, a footer under the text."""
    head, _, body = raw.partition(b"\r\n\r\n")
    head = head.replace(b"Subject: ", b"Subject: [team] ", 1)
    return head + b"\r\n\r\n" + body.rstrip() + FOOTER.replace("\n", "\r\n").encode()


def _bounce(sales: str) -> bytes:
    """A report that no letter of ours is known by."""
    mail = EmailMessage()
    mail["From"], mail["To"] = "MAILER-DAEMON@mx.test", sales
    mail["Subject"], mail["Date"] = "Undelivered Mail Returned to Sender", format_datetime(LIVE)
    mail["Message-ID"] = "<bounce@mx.test>"
    mail["Auto-Submitted"] = "auto-replied"
    mail.set_content("<nobody@gone.test>: 550 5.1.1 no such user")
    return mail.as_bytes().replace(b"\n", b"\r\n")


def lay(host: str, port: int, password: str, mails: list[Laid]) -> None:
    """Put mails into folders as their server would, one connection for each mailbox."""
    for address in {mail.address for mail in mails}:
        with imaplib.IMAP4(host, port) as client:
            client.login(address, password)
            for mail in mails:
                if mail.address == address:
                    when = imaplib.Time2Internaldate(mail.at)
                    assert client.append(mail.folder, "", when, mail.raw)[0] == "OK", mail
