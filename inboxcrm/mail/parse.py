"""Bytes of a mail to an `Incoming`; whatever they are, only UnparsableMail comes out (I6, I17).

The bytes are parsed once, by the standard library. mail-parser reads addresses and the date, where it is
right, from a copy of just those headers: given the whole message it takes twice as long and puts the text of
attached messages into the body (`parts` walks instead). Time and memory are limited by the caller, who runs
this in a process of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any

from mailparser import MailParser
from mailparser.exceptions import MailParserError

from inboxcrm.mail.errors import UnparsableMail
from inboxcrm.mail.header_text import header_line, known_charsets, message_id, message_ids, readable
from inboxcrm.mail.identity import content_digest, identity
from inboxcrm.mail.incoming import Address, Incoming
from inboxcrm.mail.parts import Parts, walk_parts
from inboxcrm.mail.scrub import scrub_line

__all__ = ["UnparsableMail", "parse_headers", "parse_mail"]

ADDRESS_HEADERS = ("from", "reply-to", "to", "cc")
MAX_ADDRESS_FIELD = 200_000
LONGEST_KEPT = 500
FIRST_YEAR, LAST_YEAR = 1980, 2100
_EXPECTED = (
    MailParserError, MessageError, RecursionError, AttributeError, ValueError, TypeError, LookupError,
    ArithmeticError, AssertionError,
)  # fmt: skip

# Its log lines quote headers of foreign mail, which must leave no trace in a log (V11).
logging.getLogger("mailparser").setLevel(logging.CRITICAL)


def parse_mail(raw: bytes) -> Incoming:
    """Read a whole mail. Raises UnparsableMail, and nothing else."""
    try:
        message = message_from_bytes(_unix_if_old_mac(raw))
        if not message.keys() and not raw.strip():
            raise UnparsableMail("there is nothing in it")
        text, parts = walk_parts(message)
        return _incoming(message, text, parts)
    except _EXPECTED as error:
        raise UnparsableMail(f"{type(error).__name__}: {scrub_line(str(error))[:200]}") from error


def parse_headers(raw_header_block: bytes) -> Incoming:
    """Read a block of headers, with empty text and no identity. Raises UnparsableMail, and nothing else."""
    try:
        message = message_from_bytes(raw_header_block.rstrip(b"\r\n") + b"\r\n\r\n")
        return _incoming(message, "", None)
    except _EXPECTED as error:
        raise UnparsableMail(f"{type(error).__name__}: {scrub_line(str(error))[:200]}") from error


class _Headers(MailParser):  # type: ignore[misc]  # the library has no types
    """mail-parser without the two dictionaries of everything, which are a third of its time."""

    def _make_mail(self, complete: bool = True) -> dict[str, Any]:
        return {}


def _incoming(message: Message, text: str, parts: Parts | None) -> Incoming:
    fields = [(name.lower(), str(value)) for name, value in message.raw_items()]
    first = dict(reversed(fields))
    parsed = _Headers(_date_message(fields))
    people = {name: _read_field(_address_field(fields, name)) for name in ADDRESS_HEADERS}
    sender = next(iter(people["from"].addresses), None)
    mid = message_id(readable(first.get("message-id", "")))
    subject = header_line(first.get("subject", ""))
    sent_at = _sent_at(parsed, first.get("date"))
    found = parts or Parts()
    author = sender.address if sender else header_line(first.get("from", ""))
    return Incoming(
        ident=identity(mid, author, sent_at, subject, content_digest(found.content)) if parts else "",
        message_id=mid,
        in_reply_to=message_ids(readable(first.get("in-reply-to", ""))),
        references=message_ids(readable(_joined(fields, "references", " "))),
        sender=sender,
        reply_to=people["reply-to"].addresses,
        to=people["to"].addresses,
        cc=people["cc"].addresses,
        subject=subject,
        sent_at=sent_at,
        text=text,
        attachments=tuple(found.attachments),
        headers=tuple((name, header_line(value)) for name, value in fields),
        content_type=message.get_content_type(),
        is_report=found.is_report,
        delivery_statuses=tuple(found.statuses),
        original_message_id=found.original_message_id,
        has_calendar=found.has_calendar,
        defects=_defects(fields, parsed, people.values(), found),
    )


@dataclass(frozen=True, slots=True)
class _Field:
    """What mail-parser makes of one field of addresses."""

    addresses: tuple[Address, ...] = ()
    defects: frozenset[str] = frozenset()


def _address_field(fields: list[tuple[str, str]], name: str) -> str:
    """Several To or Cc fields become one, of From the first counts."""
    value = _joined(fields, name, ", ") if name in ("to", "cc") else _first(fields, name)
    cut = value[:MAX_ADDRESS_FIELD]
    return known_charsets(cut if cut == value else cut.rpartition(",")[0])


def _read_field(value: str) -> _Field:
    if not value:
        return _Field()
    return _read_short_field(value) if len(value) <= LONGEST_KEPT else _parse_field(value)


@lru_cache(maxsize=2000)
def _read_short_field(value: str) -> _Field:
    """The same few people write, and always to us: what was read once is known."""
    return _parse_field(value)


def _parse_field(value: str) -> _Field:
    reduced = Message()
    reduced["To"] = value
    parsed = _Headers(reduced)
    return _Field(_addresses(parsed.to), frozenset(parsed.defects_categories))


def _date_message(fields: list[tuple[str, str]]) -> Message:
    reduced = Message()
    if date := _first(fields, "date"):
        reduced["Date"] = readable(date)
    return reduced


def _first(fields: list[tuple[str, str]], wanted: str) -> str:
    return next((value for name, value in fields if name == wanted), "")


def _joined(fields: list[tuple[str, str]], wanted: str, glue: str) -> str:
    return glue.join(value for name, value in fields if name == wanted and value.strip())


def _addresses(pairs: Any) -> tuple[Address, ...]:
    """mail-parser's pairs, without those that are no mail address."""
    return tuple(
        Address(header_line(name).strip("\"' "), address)
        for name, given in pairs or ()
        if "@" in (address := scrub_line(given).lower().strip("<>"))
    )


def _sent_at(parsed: MailParser, raw: str | None) -> datetime | None:
    """The date in UTC; where only its syntax is wrong a second, laxer reading; None if absurd (I18)."""
    date: datetime | None = parsed.date
    if (
        date is None
        and raw
        and any(one["reason"] == "invalid-date-syntax" for one in parsed.date_header_defects)
    ):
        try:
            date = parsedate_to_datetime(header_line(raw))
        except (ValueError, TypeError, LookupError, OverflowError):
            return None
    if date is None or not FIRST_YEAR <= date.year <= LAST_YEAR:
        return None
    return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)


def _defects(
    fields: list[tuple[str, str]], parsed: MailParser, people: Iterable[_Field], parts: Parts
) -> tuple[str, ...]:
    found = set(parts.defects).union(parsed.defects_categories, *(one.defects for one in people))
    for name in ("from", "message-id", "subject", "date"):
        if sum(1 for key, _ in fields if key == name) > 1:
            found.add(f"Repeated-{name}")
    if any(len(_joined(fields, name, ", ")) > MAX_ADDRESS_FIELD for name in ADDRESS_HEADERS):
        found.add("TooManyAddresses")
    return tuple(sorted(found))


def _unix_if_old_mac(raw: bytes) -> bytes:
    """Line ends by CR alone are unknown to every parser; blank lines on top would end the headers."""
    head = raw[:4096]
    if b"\r" in head and b"\n" not in head:
        raw = raw.replace(b"\r", b"\n")
    return raw.lstrip(b"\r\n") if raw[:1] in (b"\r", b"\n") else raw
