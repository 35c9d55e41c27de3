"""When a mail out of a file had come: what its last server wrote on top of it, else what its author did."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from inboxcrm.mail.split import read_fields

FIRST_YEAR = 1980
_POSTMARK_DATE = re.compile(rb"[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{5,8}( [+-][0-9]{4})? [0-9]{4}")


def arrival_of(head: bytes, postmark: bytes, otherwise: datetime, now: datetime) -> datetime:
    """Give the moment from the topmost Received line, Date, the `From ` line, or another one, whichever can be (I18).

    `otherwise` is aware; what lies before 1980 or after now cannot be.
    """
    for words in _dates(head, postmark):
        at = _read(words)
        if at is not None and at.year >= FIRST_YEAR and at <= now:
            return at
    return min(otherwise, now)


def _dates(head: bytes, postmark: bytes) -> Iterator[str]:
    fields, _, _ = read_fields(head, 0, len(head))
    received = next((value for name, value in fields if name == "received"), "")
    if ";" in received:
        yield received.rpartition(";")[2]
    yield next((value for name, value in fields if name == "date"), "")
    if found := _POSTMARK_DATE.search(postmark):
        yield found[0].decode("ascii")


def _read(words: str) -> datetime | None:
    if not words.strip():
        return None
    try:
        at = parsedate_to_datetime(" ".join(words.split()))
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
