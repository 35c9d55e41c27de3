"""Invitations, answers and cancellations in a mail (iTIP, RFC 5546) as plain values (I20).

icalendar reads them and is imported when the first one comes. What it cannot read is BrokenCalendar.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from inboxcrm.mail.incoming import Attendee, CalendarEvent
from inboxcrm.mail.scrub import scrub_line

MAX_SIZE = 1_000_000
MAX_EVENTS = 200
MAX_ATTENDEES = 500
MAX_LINE = 1000
_FREQUENCY = re.compile(rb"\bFREQ=(?:SECONDLY|MINUTELY|HOURLY|DAILY|WEEKLY|MONTHLY)", re.IGNORECASE)
_FOLD = re.compile(rb"\r?\n[ \t]")
_FIELD = re.compile(
    rb"(?:BEGIN|END|METHOD|VERSION|PRODID|UID|SEQUENCE|STATUS|SUMMARY|LOCATION|ORGANIZER|ATTENDEE|DURATION|RRULE|RDATE"
    rb"|DTSTART|DTEND|RECURRENCE-ID|LAST-MODIFIED|TZID|TZOFFSETFROM|TZOFFSETTO|TZNAME)[;:]",
    re.IGNORECASE,
)
_FAULTS = (
    ValueError, TypeError, LookupError, AttributeError, ArithmeticError, AssertionError, RecursionError,
    NotImplementedError, OSError,  # a time zone's name is looked for among files
)  # fmt: skip
T = TypeVar("T")


class BrokenCalendar(ValueError):
    """A calendar part that cannot be read."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the calendar part cannot be read: {reason}")


def read_calendar(raw: bytes) -> tuple[CalendarEvent, ...]:
    """The events of a text/calendar part, 200 at most. Raises BrokenCalendar, and nothing else."""
    if len(raw) > MAX_SIZE:
        raise BrokenCalendar(f"it has {len(raw)} bytes")
    _refuse_endless_zones(raw)
    try:
        found = _events(raw)
    except _FAULTS:
        found = ()
    if found or b"BEGIN:VEVENT" not in raw.upper():
        return found
    try:
        found = _events(_without_odd_lines(raw))
    except _FAULTS as error:
        raise BrokenCalendar(type(error).__name__) from error
    if not found:
        raise BrokenCalendar("its event has no end")
    return found


def _events(raw: bytes) -> tuple[CalendarEvent, ...]:
    from icalendar import Calendar

    found = [
        _event(event, scrub_line(str(calendar.get("method", ""))).upper()[:20])
        for calendar in Calendar.from_ical(raw, multiple=True)
        for event in calendar.walk("VEVENT")[:MAX_EVENTS]
    ]
    return tuple(found[:MAX_EVENTS])


def _without_odd_lines(raw: bytes) -> bytes:
    """Without lines that are no field, and fields that are not read here; an event that was cut off is ended."""
    lines = [line.strip() for line in _FOLD.sub(b"", raw).splitlines() if _FIELD.match(line)]
    begun, ended = ([line.upper() for line in lines].count(mark) for mark in (b"BEGIN:VEVENT", b"END:VEVENT"))
    ends = [b"END:VEVENT"] * (begun > ended) + [b"END:VCALENDAR"] * (b"END:VCALENDAR" not in lines)
    return b"\r\n".join([*lines, *ends, b""])


def _refuse_endless_zones(raw: bytes) -> None:
    """A zone whose rule changes more often than yearly would be counted out change by change."""
    for zone in raw.split(b"BEGIN:VTIMEZONE")[1:]:
        if _FREQUENCY.search(zone.partition(b"END:VTIMEZONE")[0].replace(b"\r\n ", b"").replace(b"\n ", b"")):
            raise BrokenCalendar("a time zone that changes too often")


def _event(event: Any, method: str) -> CalendarEvent:
    starts = _or_none(lambda: _when(event["dtstart"].dt))
    modified = _or_none(lambda: _when(event["last-modified"].dt))
    attendees = event.get("attendee", [])
    return CalendarEvent(
        method=method,
        uid=_line(event, "uid"),
        sequence=_or_none(lambda: int(event["sequence"])) or 0,
        recurrence=_or_none(lambda: _when(event["recurrence-id"].dt)),
        starts=starts,
        ends=_end(event, starts),
        summary=_line(event, "summary"),
        location=_line(event, "location"),
        organizer=_address(event.get("organizer", "")),
        attendees=tuple(
            Attendee(_address(one), *_said(one))
            for one in (attendees if isinstance(attendees, list) else [attendees])[:MAX_ATTENDEES]
        ),
        status=_line(event, "status").upper(),
        last_modified_at=modified if isinstance(modified, datetime) else None,
        is_recurring="rrule" in event or "rdate" in event,
    )


def _end(event: Any, starts: datetime | date | None) -> datetime | date | None:
    """DTEND, else the start and the DURATION, else what RFC 5545 section 3.6.1 says: a day, or no time at all."""
    if "dtend" in event:
        return _or_none(lambda: _when(event["dtend"].dt))
    if starts is None:
        return None
    if "duration" in event:
        return _or_none(lambda: starts + event["duration"].dt)
    return starts if isinstance(starts, datetime) else starts + timedelta(days=1)


def _when(value: object) -> datetime | date:
    """A date stays a date; a time becomes UTC."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    if isinstance(value, date):
        return value
    raise BrokenCalendar("a time that is none")


def _or_none(read: Callable[[], T]) -> T | None:
    """A field that is absent or broken is nothing; the rest of the event can be read."""
    try:
        return read()
    except _FAULTS:
        return None


def _line(event: Any, name: str) -> str:
    value = event.get(name, "")
    return scrub_line(str(value[0] if isinstance(value, list) and value else value or ""))[:MAX_LINE]


def _address(value: object) -> str:
    text = scrub_line(str(value))
    text = text[7:] if text[:7].lower() == "mailto:" else text
    return text.strip().lower()[:320]


def _said(attendee: Any) -> tuple[str, str]:
    """The name of an attendee and his answer; who did not answer yet needs to (RFC 5545 section 3.2.12)."""
    params = getattr(attendee, "params", {})
    said = scrub_line(str(params.get("PARTSTAT", ""))).upper()[:20]
    return scrub_line(str(params.get("CN", "")))[:300], said or "NEEDS-ACTION"
