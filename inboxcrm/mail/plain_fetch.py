"""Reads FETCH answers of many messages that are written as nearly all servers write them, ten times sooner.

One row that is not, and the whole answer is left to the library's own reader of answers (RFC 9051 section 7.5.2).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

Rows = dict[int, dict[bytes, Any]]
_DATE = rb'INTERNALDATE "([ \d]\d)-([A-Z][a-z]{2})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-]\d\d)(\d\d)" '
_SIZE = re.compile(rb"\d+ \((?:UID (\d+) )?" + _DATE + rb"RFC822\.SIZE (\d+)(?: UID (\d+))?\)")
_BODY = re.compile(rb"\d+ \((?:UID (\d+) )?(?:" + _DATE + rb")?BODY\[\] \{\d+\}")
_AFTER_BODY = re.compile(rb"(?: UID (\d+))?\)")
_MONTHS = {
    name: number for number, name in enumerate(b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)
}


def plain_sizes(told: list[Any]) -> Rows | None:
    """Give the rows of an answer to (INTERNALDATE RFC822.SIZE) by UID, times in UTC; None if one is odd."""
    rows: Rows = {}
    for line in told:
        found = _SIZE.fullmatch(line) if isinstance(line, bytes) else None
        if found is None:
            return None
        uid, *moment, size, last_uid = found.groups()
        received_at = _moment(*moment)
        if received_at is None or not (uid or last_uid):
            return None
        rows[int(uid or last_uid)] = {b"INTERNALDATE": received_at, b"RFC822.SIZE": int(size)}
    return rows


def _moment(day: bytes, month: bytes, year: bytes, *clock: bytes) -> datetime | None:
    """The moment in UTC, None if it is none."""
    *time, zone_hours, zone_minutes = clock
    minutes = int(zone_minutes) if zone_hours.startswith(b"+") else -int(zone_minutes)
    hour, minute, second = map(int, time)
    try:
        local = datetime(int(year), _MONTHS[month], int(day), hour, minute, second, tzinfo=UTC)
        return local - timedelta(hours=int(zone_hours), minutes=minutes)
    except (ValueError, LookupError, OverflowError):
        return None


def plain_bodies(told: list[Any]) -> Rows | None:
    """Give the rows of an answer to (BODY.PEEK[]) or (INTERNALDATE BODY.PEEK[]) by UID, None if one is odd.

    imaplib gives a literal as a pair of what stood before it and its bytes, and then what stood after it.
    """
    if len(told) % 2:
        return None
    rows: Rows = {}
    for head, tail in zip(told[::2], told[1::2], strict=True):
        before = _BODY.fullmatch(head[0]) if isinstance(head, tuple) and len(head) == 2 else None
        after = _AFTER_BODY.fullmatch(tail) if isinstance(tail, bytes) else None
        uid = before and after and (before[1] or after[1])
        if not (before and uid):
            return None
        row: dict[bytes, Any] = {b"BODY[]": head[1]}
        if before[2]:
            row[b"INTERNALDATE"] = _moment(*before.groups()[1:])
            if row[b"INTERNALDATE"] is None:
                return None
        rows[int(uid)] = row
    return rows
