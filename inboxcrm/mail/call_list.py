"""A telephone system's list of calls: a table in CSV, whose columns are known by their names (IN-14).

Systems differ in everything: what divides the columns, how days are written, whether a length is in seconds or in
hours and minutes. A row that names no time or no number is left out and counted.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from inboxcrm.mail.scrub import scrub_line

MOST_BYTES = 2_000_000
MOST_ROWS = 5_000
LONGEST_CELL = 1_000
MOST_HEAD_LINES = 20  # some write a title above the table
LONGEST_CALL = timedelta(days=1)
_DELIMITERS = ",;\t|"
_LENGTH = re.compile(r"(?:(\d{1,3}):)?(\d{1,4}):(\d{2})(?:\.\d{1,6})?")
_UNITS = re.compile(
    r"(?:(\d{1,2}) ?h(?:ours?|rs?)?)? ?(?:(\d{1,4}) ?m(?:in(?:s|utes?)?)?)? ?(?:(\d{1,5}) ?s(?:ec(?:s|onds?)?)?)?"
)
_IN = frozenset({"in", "inbound", "incoming", "received", "answered", "missed", "i"})
_OUT = frozenset({"out", "outbound", "outgoing", "placed", "dialled", "dialed", "o"})
_DAY_FIRST = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})[ T,]+(\d{1,2}:\d{2}(?::\d{2})?)")
CENTURY = 2000


@dataclass(frozen=True, slots=True)
class ListedCall:
    """One row: numbers as they are written, `started_at` in UTC, `direction` "" where no column says it.

    `has_talked` is None where the list does not tell.
    """

    key: str
    caller: str
    called: str
    started_at: datetime
    seconds: int | None
    direction: Literal["in", "out", ""]
    has_talked: bool | None
    text: str


@dataclass(frozen=True, slots=True)
class CallList:
    """What was read of a list; `left_out` rows could not be. `missing` names the columns without which none can."""

    calls: tuple[ListedCall, ...] = ()
    left_out: int = 0
    missing: str = ""


def read_call_list(content: bytes, labels: Mapping[str, Sequence[str]], zone: ZoneInfo) -> CallList:
    """Read a list of calls; `labels` has for each field the names of its column, times without a zone are of `zone`.

    Fields: caller, called, phone, started, duration, direction, notification_id, need. 5,000 rows at most.
    """
    lines = _decoded(content).splitlines()
    if len(content) > MOST_BYTES or len(lines) > MOST_ROWS:
        return CallList(missing=f"it has more than {MOST_ROWS} rows or {MOST_BYTES // 1_000_000} MB")
    fields = {_plain(name): field for field, names in labels.items() for name in names}
    head = next((at for at, line in enumerate(lines[:MOST_HEAD_LINES]) if _columns(line, fields)), None)
    if head is None:
        return CallList(missing="it has no line with the names of the columns")
    columns = _columns(lines[head], fields)
    if "started" not in columns or not {"caller", "called", "phone"} & columns.keys():
        return CallList(missing="it has no columns of the time and of a number")
    calls, left_out = [], 0
    for row in _rows("\n".join(lines[head + 1 :]), _delimiter(lines[head])):
        values = {field: scrub_line(row[at])[:LONGEST_CELL] for field, at in columns.items() if at < len(row)}
        if (call := _call(values, zone)) is not None:
            calls.append(call)
        elif any(values.values()):
            left_out += 1
    return CallList(tuple(calls), left_out)


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(text), delimiter=delimiter)
    except csv.Error:
        return  # a field of more than 128 kB: what stands before it counts


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _plain(name: str) -> str:
    return " ".join(name.strip(" \t\"'").casefold().split())


def _delimiter(line: str) -> str:
    return max(_DELIMITERS, key=line.count)


def _columns(line: str, fields: Mapping[str, str]) -> dict[str, int]:
    """Give the place of each field's column, if two of them at least stand in the line."""
    found: dict[str, int] = {}
    for at, name in enumerate(next(_rows(line, _delimiter(line)), [])):
        if field := fields.get(_plain(name)):
            found.setdefault(field, at)
    return found if len(found) >= 2 else {}


def _call(values: Mapping[str, str], zone: ZoneInfo) -> ListedCall | None:
    started_at = _moment(values.get("started", ""), zone)
    direction = read_direction(values.get("direction", ""))
    phone = values.get("phone", "")
    caller, called = values.get("caller", ""), values.get("called", "")
    if phone:
        caller, called = (phone, called) if direction != "out" else (caller, phone)
    if started_at is None or not (caller or called):
        return None
    own_id = values.get("notification_id", "")
    key = own_id or f"{started_at.isoformat()} {caller} {called}"
    seconds = read_seconds(values.get("duration", ""))
    has_talked = None if seconds is None else seconds > 0
    if "missed" in values.get("direction", "").casefold():
        has_talked = False
    text = values.get("need", "")
    return ListedCall(key, caller, called, started_at, seconds, direction, has_talked, text)


def read_direction(words: str) -> Literal["in", "out", ""]:
    """Tell which way a call went, "" if the words do not say."""
    first = words.casefold().replace("-", " ").split(" ")[0]
    return "in" if first in _IN else "out" if first in _OUT else ""


def _moment(words: str, zone: ZoneInfo) -> datetime | None:
    """Give the moment that a cell names, in UTC: ISO 8601, the day first, or seconds since 1970."""
    text = words.strip().replace("/", "-") if words[:4].isdecimal() else words.strip()
    try:
        if text.isdecimal() and len(text) in (10, 13):
            return datetime.fromtimestamp(int(text[:10]), UTC)
        if found := _DAY_FIRST.fullmatch(text):
            first, second, year, clock = found.groups()
            day, month = (second, first) if int(second) > 12 else (first, second)
            number = int(year) + (CENTURY if len(year) == 2 else 0)
            text = (
                f"{number:04}-{int(month):02}-{int(day):02} {clock.zfill(8 if clock.count(':') == 2 else 5)}"
            )
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def read_seconds(words: str) -> int | None:
    """Give a length in seconds, None if it is none: 754, 12:34, 0:12:34, 12 min 34 s."""
    text = words.strip().casefold()
    if text.isdecimal():
        total = int(text[:9])
    elif found := _LENGTH.fullmatch(text):
        total = int(found[1] or 0) * 3600 + int(found[2]) * 60 + int(found[3])
    elif text and (units := _UNITS.fullmatch(text)) and any(units.groups()):
        total = int(units[1] or 0) * 3600 + int(units[2] or 0) * 60 + int(units[3] or 0)
    else:
        return None
    return total if total <= LONGEST_CALL.total_seconds() else None
