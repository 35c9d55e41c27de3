"""Reads what a rep notes of a call: `call: in, 12 min, yesterday 14:30, he wants twenty licences` (IN-14).

Before the words stand, in any order and divided by commas, whom it was with, which way it went, how long it took, when
it was, and whether somebody was reached. Without them: we called the customer, just now, and spoke with him.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from inboxcrm.base.errors import Refused
from inboxcrm.commands.when import read_past_day
from inboxcrm.mail.call_list import read_seconds
from inboxcrm.mail.contact_numbers import read_phone

WAYS: dict[str, Literal["in", "out"]] = {
    "in": "in", "incoming": "in", "inbound": "in", "he called": "in", "she called": "in", "they called": "in",
    "out": "out", "outgoing": "out", "outbound": "out", "i called": "out", "we called": "out",
}  # fmt: skip
NOT_REACHED = frozenset({"no answer", "not reached", "voicemail", "left a message", "missed", "busy"})
_PART = re.compile(r"[,;]")
_UNIT = re.compile(r"[a-z]")
_MOMENT = re.compile(r"(?:(.{1,20}?)[ ,]+)?(?:at )?(\d{1,2})[:.h](\d{2})")
_ADDRESS = re.compile(r"[^\s<>@,;]{1,64}@[^\s<>@,;]{1,190}\.[^\W\d_]{2,24}")


class CallAhead(Refused):
    """A call that is said to have been in the future."""

    def __init__(self, words: str) -> None:
        super().__init__(f"{words!r} is still ahead of us; a call is noted when it is over")


@dataclass(frozen=True, slots=True)
class CallNote:
    """What a note says; `phone` (E.164) or `address` name whom it was with, if it says so."""

    started_at: datetime
    direction: Literal["in", "out"] = "out"
    seconds: int | None = None
    has_talked: bool = True
    phone: str = ""
    address: str = ""
    text: str = ""


def read_call_note(
    words: str, now: datetime, zone: ZoneInfo, country: str, languages: Iterable[str] = ()
) -> CallNote:
    """Read a note; its words begin with the first part that says none of those things. Raises CallAhead."""
    note, rest = CallNote(now), words.strip()
    while rest:
        part, comma, after = _first_part(rest)
        following = _with(note, part.strip(), now, zone, country, languages)
        if following is None:
            break
        note, rest = following, after.strip() if comma else ""
    return replace(note, text=rest.lstrip("-–: "))


def _first_part(words: str) -> tuple[str, str, str]:
    """Give the words before the first comma; a colon behind one of those things divides, too."""
    found = _PART.search(words)
    part, comma, after = (
        (words, "", "") if found is None else (words[: found.start()], ",", words[found.end() :])
    )
    head, colon, tail = part.partition(": ")
    return (head, colon, f"{tail}{comma}{after}") if colon else (part, comma, after)


def _with(
    note: CallNote, part: str, now: datetime, zone: ZoneInfo, country: str, languages: Iterable[str]
) -> CallNote | None:
    """Give the note with what a part says; None if that is none of these things."""
    plain = " ".join(part.casefold().split())
    if plain in WAYS:
        return replace(note, direction=WAYS[plain])
    if plain in NOT_REACHED:
        return replace(note, has_talked=False)
    if _UNIT.search(plain) and (seconds := read_seconds(plain)) is not None:
        return replace(note, seconds=seconds)
    if _ADDRESS.fullmatch(plain):
        return replace(note, address=plain)
    if at := _moment(plain, now.astimezone(zone), languages):
        if at > now + timedelta(minutes=1):
            raise CallAhead(part)
        return replace(note, started_at=min(at, now))
    if sum(one.isdigit() for one in plain) >= 7 and not _UNIT.search(plain):
        phone = read_phone(part, country)
        return replace(note, phone=phone) if phone else None
    return None


def _moment(words: str, local: datetime, languages: Iterable[str]) -> datetime | None:
    """Give the moment that a part names, in UTC: `yesterday`, `14:30`, `20 nov 9:15`; a day alone is its noon."""
    found = _MOMENT.fullmatch(words)
    day_words, clock = (found[1] or "today", (int(found[2]), int(found[3]))) if found else (words, (12, 0))
    day: date | None = read_past_day(day_words, local.date(), languages)
    if day is None or clock[0] > 23 or clock[1] > 59:
        return None
    if found is None and day == local.date():
        return local.astimezone(UTC)
    return datetime.combine(day, time(*clock), local.tzinfo).astimezone(UTC)
