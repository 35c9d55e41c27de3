"""When somebody who is away is back, and who stands in for him, read from his own words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

LONGEST = timedelta(days=366)
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_PHONE = re.compile(r"(?<![\w./])(?!\d{1,2}\.\d{1,2}\.)(?:\+|0)\d[\d /().-]{5,18}\d")
_NO_NAME = frozenset(
    (
        *(
            "i",
            "we",
            "you",
            "your",
            "please",
            "ich",
            "wir",
            "sie",
            "ihr",
            "ihre",
            "bitte",
            "ik",
            "wij",
            "u",
            "uw",
        ),
        *("graag", "jeg", "vi", "eg", "me", "din"),
    )
)
_CAPITAL = r"[A-ZÄÖÜÆØÅÉ][\w'\u2019-]{1,30}"
_NAME = (
    rf"((?:(?:Frau|Herrn?|Hr\.|Fr\.|Mr\.?|Mrs\.?|Ms\.?|mevrouw|mevr\.|de heer|dhr\.|mw\.) )?{_CAPITAL}"
    + (rf"(?: (?:(?:van|der|den|de|von|ter|ten|el|al) ){{0,2}}{_CAPITAL}){{0,3}})")
)


@dataclass(frozen=True, slots=True)
class Told:
    """A day that is named, and in which way: `back`, `through` (he is back a day later), `until`, or `from`."""

    day: date
    way: str


def read_return(lowered: str, sent_on: date, words: Mapping[str, Any]) -> str:
    """Give the first day back as an ISO date; empty if none is named."""
    told = [one for one in _days_in(lowered, sent_on, words) if sent_on < one.day <= sent_on + LONGEST]
    for way in ("back", ""):
        days = [one.day for one in told if way in ("", one.way) and one.way != "from"]
        if days:
            return max(days).isoformat()
    return ""


def _days_in(text: str, sent_on: date, words: Mapping[str, Any]) -> Iterator[Told]:
    exact = [(match, day) for match, day in _dates(text, sent_on, words) if day]
    places = [(match.start(), match.end()) for match, _ in exact]
    weekdays = words["weekdays"]
    pattern = re.compile(rf"(?<!\w)({'|'.join(weekdays)})(?!\w)")
    near = [
        (match, sent_on + timedelta(days=(weekdays[match[1]] - sent_on.weekday() - 1) % 7 + 1))
        for match in pattern.finditer(text)
        if not any(start - 12 <= match.start() <= end + 6 for start, end in places)
    ]
    for match, day in [*exact, *(near if not exact else [])]:
        before = re.split(r"[,;!?]|\d\. |\d{4}", text[max(0, match.start() - 40) : match.start()])[-1]
        way = _way(before, text[match.end() : match.end() + 40], words)
        yield Told(day + timedelta(days=1) if way == "through" else day, way)


def _way(before: str, after: str, words: Mapping[str, Any]) -> str:
    """Tell by the last word before a day, else by the words behind it, in which way it is named."""
    last = (-1, "")
    for way in ("until", "through", "back", "from"):
        for word in words[way]:
            for match in re.finditer(rf"(?<!\w){word}(?!\w)", before):
                last = max(last, (match.end(), way))
    if last[1] == "from" and re.match(
        rf"[\w ./,-]{{0,20}}(?<!\w)(?:{'|'.join(words['until'] + words['through'])})(?!\w)", after
    ):
        return "from"
    if last[1] in ("", "from"):
        return (
            "back"
            if any(re.search(rf"(?<!\w){word}(?!\w)", after) for word in words["back_after"])
            else "day"
        )
    return last[1]


def _dates(text: str, sent_on: date, words: Mapping[str, Any]) -> Iterator[tuple[re.Match[str], date | None]]:
    months = words["months"]
    names = "|".join(sorted(months, key=len, reverse=True))
    spelled = re.compile(
        rf"(?<![\w.])(\d{{1,2}})(?:st|nd|rd|th|e|\.)? (?:of )?({names})\b\.?(?:,? (\d{{4}}))?"
        rf"|\b({names})\b\.? (\d{{1,2}})(?:st|nd|rd|th)?\b"
    )
    for match in spelled.finditer(text):
        day, month = (match[1], match[2]) if match[1] else (match[5], match[4])
        yield match, _next_date(int(day), months[month], match[3], sent_on)
    for match in re.finditer(r"(?<![\w.,/-])(\d{1,2})[./-](\d{1,2})(?:[./-](\d{2,4})|\.)?(?![\w/-])", text):
        yield match, _next_date(int(match[1]), int(match[2]), match[3], sent_on)
    for match in re.finditer(r"(?<![\w.,/-])(20\d\d)-(\d\d)-(\d\d)(?!\d)", text):
        yield match, _next_date(int(match[3]), int(match[2]), match[1], sent_on)
    for match in re.finditer(
        r"(?<!\w)(?:the |de |den )(\d{1,2})(?:st|nd|rd|th|e|\.)?(?= ?[^\w ]| (?!"
        + names
        + r")[a-z]|$)|(?<![\w.])(\d{1,2})(?:st|nd|rd|th)\b(?! (?:of )?(?:"
        + names
        + r"))",
        text,
    ):
        yield match, _next_day_of_month(int(match[1] or match[2]), sent_on)


def _next_date(day: int, month: int, year: str | None, sent_on: date) -> date | None:
    try:
        if year:
            return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
        this_year = date(sent_on.year, month, day)
        return this_year if this_year >= sent_on - timedelta(days=60) else date(sent_on.year + 1, month, day)
    except ValueError:
        return None


def _next_day_of_month(day: int, sent_on: date) -> date | None:
    for ahead in range(1, 63):
        there = sent_on + timedelta(days=ahead)
        if there.day == day:
            return there
    return None


def read_substitute(text: str, words: Mapping[str, Any]) -> str:
    """Give the address of who stands in, else his telephone number or name as stated; empty if nobody is named."""
    if address := _EMAIL.search(text):
        return address[0].rstrip(".").lower()
    if phone := _PHONE.search(text):
        return phone[0]
    for form in words["substitutes"]:
        for match in re.finditer(form.replace("NAME", _NAME), text):
            if match[1].split()[0].lower() not in _NO_NAME:
                return match[1]
    return ""
