"""Bytes of a mail to an `Incoming`; whatever they are, only UnparsableMail comes out (I6, I17).

The bytes are split once, by `split`. mail-parser reads addresses and the date, where it is right, from a copy
of just those headers: given the whole message it takes ten times as long and puts the text of attached messages
into the body (`parts` walks instead). Time and memory are limited by `pool`, which runs this in processes of
its own.
"""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.errors import MessageError
from email.message import Message
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, TypeVar

from mailparser import MailParser
from mailparser.exceptions import MailParserError

from inboxcrm.mail.errors import UnparsableMail
from inboxcrm.mail.header_text import header_line, known_charsets, message_id, message_ids, readable
from inboxcrm.mail.identity import content_digest, identity
from inboxcrm.mail.incoming import Address, Attachment, Incoming
from inboxcrm.mail.parts import Parts, walk_parts
from inboxcrm.mail.plain_addresses import plain_addresses
from inboxcrm.mail.scrub import scrub_line
from inboxcrm.mail.split import Part, read_fields, split_mail

__all__ = ["UnparsableMail", "attachment_content", "attachment_contents", "parse_headers", "parse_mail"]

ADDRESS_HEADERS = ("from", "reply-to", "to", "cc")
MAX_ADDRESS_FIELD = 200_000
LONGEST_KEPT = 500
FIRST_YEAR, LAST_YEAR = 1980, 2100
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_PLAIN_DATE = re.compile(
    r"(?:(Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?([0-9]{1,2}) ([A-Z][a-z]{2}) ([0-9]{4}) "
    r"([0-9]{2}):([0-9]{2})(?::([0-9]{2}))? ([+-])([0-9]{2})([0-9]{2})(?: \([A-Za-z ]{1,40}\))?"
)
Named = dict[str, list[str]]
T = TypeVar("T")
_EXPECTED = (
    MailParserError, MessageError, RecursionError, AttributeError, ValueError, TypeError, LookupError,
    ArithmeticError, AssertionError,
)  # fmt: skip

# Its log lines quote headers of foreign mail, which must leave no trace in a log (V11).
logging.getLogger("mailparser").setLevel(logging.CRITICAL)


def parse_mail(raw: bytes) -> Incoming:
    """Read a whole mail. Raises UnparsableMail, and nothing else."""
    return _guarded(lambda: _parse(raw))


def parse_headers(raw_header_block: bytes) -> Incoming:
    """Read a block of headers, with empty text and no identity. Raises UnparsableMail, and nothing else."""
    fields, _, defects = read_fields(raw_header_block, 0, len(raw_header_block))
    return _guarded(lambda: _incoming(fields, "text/plain", "", Parts(defects=defects), is_whole=False))


def attachment_content(raw: bytes, sha256: str) -> bytes | None:
    """The bytes of one attachment of a mail, by their hash; None if there is none. Raises UnparsableMail."""
    found: list[bytes] = []

    def keep(attachment: Attachment, content: bytes) -> None:
        if attachment.sha256 == sha256 and not found:
            found.append(content)

    _guarded(lambda: walk_parts(_split(raw), keep))
    return found[0] if found else None


def attachment_contents(raw: bytes, wanted: Collection[str]) -> dict[str, bytes]:
    """The bytes of these attachments of a mail by their hashes, read in one go. Raises UnparsableMail."""
    found: dict[str, bytes] = {}

    def keep(attachment: Attachment, content: bytes) -> None:
        if attachment.sha256 in wanted:
            found.setdefault(attachment.sha256, content)

    _guarded(lambda: walk_parts(_split(raw), keep))
    return found


def _guarded(read: Callable[[], T]) -> T:
    try:
        return read()
    except _EXPECTED as error:
        raise UnparsableMail(f"{type(error).__name__}: {scrub_line(str(error))[:200]}") from error


def _parse(raw: bytes) -> Incoming:
    if not raw.strip():
        raise UnparsableMail("there is nothing in it")
    root = _split(raw)
    text, parts = walk_parts(root)
    return _incoming(root.fields, root.kind, text, parts, is_whole=True)


def _split(raw: bytes) -> Part:
    return split_mail(_unix_if_old_mac(raw))


class _Headers(MailParser):  # type: ignore[misc]  # the library has no types
    """mail-parser without the two dictionaries of everything, which are a third of its time."""

    def _make_mail(self, complete: bool = True) -> dict[str, Any]:
        return {}


def _incoming(
    fields: list[tuple[str, str]], kind: str, text: str, found: Parts, *, is_whole: bool
) -> Incoming:
    named = _named(fields)
    first = {name: values[0] for name, values in named.items()}
    date = _read_date(first.get("date", ""))
    people = {name: _read_field(_address_field(named, name)) for name in ADDRESS_HEADERS}
    sender = next(iter(people["from"].addresses), None)
    mid = message_id(readable(first.get("message-id", "")))
    subject = header_line(first.get("subject", ""))
    author = sender.address if sender else header_line(first.get("from", ""))
    return Incoming(
        ident=identity(mid, author, date.at, subject, content_digest(found.content)) if is_whole else "",
        message_id=mid,
        in_reply_to=message_ids(readable(first.get("in-reply-to", ""))),
        references=message_ids(readable(_joined(named, "references", " "))),
        sender=sender,
        reply_to=people["reply-to"].addresses,
        to=people["to"].addresses,
        cc=people["cc"].addresses,
        subject=subject,
        sent_at=date.at,
        text=text,
        attachments=tuple(found.attachments),
        fields=tuple(fields),
        names=frozenset(named),
        content_type=kind,
        is_report=found.is_report,
        delivery_statuses=tuple(found.statuses),
        original_message_id=found.original_message_id,
        has_calendar=found.has_calendar,
        calendar=tuple(found.calendar),
        attached=_attached(found),
        protection=found.protection,
        defects=_defects(named, date.defects, people.values(), found),
    )


def _attached(found: Parts) -> tuple[Incoming, ...]:
    """The messages that came attached; what is attached to them in turn is left closed."""
    if found.is_report:
        return ()
    walked = [(part, *walk_parts(part)) for part in found.attached]
    for _, _, inner in walked:
        inner.attached.clear()
    return tuple(
        _incoming(part.fields, part.kind, text, inner, is_whole=True) for part, text, inner in walked
    )


@dataclass(frozen=True, slots=True)
class _Field:
    """What mail-parser makes of one field of addresses."""

    addresses: tuple[Address, ...] = ()
    defects: frozenset[str] = frozenset()


def _address_field(named: Named, name: str) -> str:
    """Several To, Cc or Reply-To fields become one, of From the first counts."""
    value = next(iter(named.get(name, ())), "") if name == "from" else _joined(named, name, ", ")
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
    plain = plain_addresses(value)
    return _by_library(value) if plain is None else _Field(plain)


def _by_library(value: str) -> _Field:
    reduced = Message()
    reduced["To"] = value
    parsed = _Headers(reduced)
    return _Field(_addresses(parsed.to), frozenset(parsed.defects_categories))


@dataclass(frozen=True, slots=True)
class _Date:
    """What the Date field says, in UTC, and what is odd about it."""

    at: datetime | None = None
    defects: frozenset[str] = frozenset()


def _read_date(raw: str) -> _Date:
    if not raw:
        return _Date()
    plain = _PLAIN_DATE.fullmatch(raw)
    return (_plain_date(plain) if plain else None) or _parse_date(raw)


def _plain_date(found: re.Match[str]) -> _Date | None:
    """A date as RFC 5322 has it, None if it is not in the calendar."""
    week_day, day, month, year, hour, minute, second, sign, zone_hours, zone_minutes = found.groups()
    if int(zone_hours) > 23 or int(zone_minutes) > 59 or not FIRST_YEAR < int(year) < LAST_YEAR:
        return None
    offset = timedelta(hours=int(zone_hours), minutes=int(zone_minutes))
    try:
        local = datetime(
            int(year), MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second or 0), tzinfo=UTC
        )
    except ValueError:
        return None
    if week_day and week_day != DAYS[local.weekday()]:
        return None
    return _Date(local - offset if sign == "+" else local + offset)


def _parse_date(raw: str) -> _Date:
    reduced = Message()
    reduced["Date"] = readable(raw)
    parsed = _Headers(reduced)
    return _Date(_sent_at(parsed, raw), frozenset(parsed.defects_categories))


def _named(fields: list[tuple[str, str]]) -> Named:
    """The values of each field by its name, from top to bottom."""
    named: Named = defaultdict(list)
    for name, value in fields:
        named[name].append(value)
    return named


def _joined(named: Named, wanted: str, glue: str) -> str:
    values = named.get(wanted, ())
    return values[0] if len(values) == 1 else glue.join(value for value in values if value.strip())


def _addresses(pairs: Any) -> tuple[Address, ...]:
    """mail-parser's pairs, without those that are no mail address."""
    return tuple(
        Address(header_line(name).strip("\"' "), address)
        for name, given in pairs or ()
        if "@" in (address := scrub_line(given).lower().strip("<>"))
    )


def _sent_at(parsed: MailParser, raw: str) -> datetime | None:
    """The date in UTC; where only its syntax is wrong a second, laxer reading; None if absurd (I18)."""
    date: datetime | None = parsed.date
    if date is None and any(one["reason"] == "invalid-date-syntax" for one in parsed.date_header_defects):
        try:
            date = parsedate_to_datetime(header_line(raw))
        except (ValueError, TypeError, LookupError, OverflowError):
            return None
    if date is None or not FIRST_YEAR <= date.year <= LAST_YEAR:
        return None
    return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)


def _defects(
    named: Named, of_date: frozenset[str], people: Iterable[_Field], parts: Parts
) -> tuple[str, ...]:
    found = parts.defects.union(of_date, *(one.defects for one in people))
    for name in ("from", "message-id", "subject", "date"):
        if len(named.get(name, ())) > 1:
            found.add(f"Repeated-{name}")
    if any(sum(map(len, named[name])) > MAX_ADDRESS_FIELD for name in ADDRESS_HEADERS if name in named):
        found.add("TooManyAddresses")
    return tuple(sorted(found))


def _unix_if_old_mac(raw: bytes) -> bytes:
    """Line ends by CR alone are unknown to every parser; blank lines on top would end the headers."""
    head = raw[:4096]
    if b"\r" in head and b"\n" not in head:
        raw = raw.replace(b"\r", b"\n")
    return raw.lstrip(b"\r\n") if raw[:1] in (b"\r", b"\n") else raw
