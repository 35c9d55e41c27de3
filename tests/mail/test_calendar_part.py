"""Invitations become plain values (I20)."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from inboxcrm.mail.calendar_part import MAX_SIZE, BrokenCalendar, read_calendar
from inboxcrm.mail.incoming import Attendee, CalendarEvent
from inboxcrm.mail.parse import parse_mail

ZONE = """BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""
EVENT = """UID:u1
SEQUENCE:2
DTSTART;TZID=W. Europe Standard Time:20250706T100000
DTEND;TZID=W. Europe Standard Time:20250706T113000
SUMMARY:Demo\\, online
LOCATION:Teams
ORGANIZER;CN=Anna:mailto:Anna@X.test
ATTENDEE;CN=Bo;PARTSTAT=accepted:MAILTO:bo@y.test
ATTENDEE:mailto:c@y.test
LAST-MODIFIED:20250101T000000Z
STATUS:confirmed
"""


def calendar(event: str = EVENT, method: str = "REQUEST") -> bytes:
    text = f"BEGIN:VCALENDAR\nMETHOD:{method}\n{ZONE}BEGIN:VEVENT\n{event}END:VEVENT\nEND:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


def test_an_invitation_is_read_whole():
    (event,) = read_calendar(calendar())

    assert (event.method, event.uid, event.sequence, event.status) == ("REQUEST", "u1", 2, "CONFIRMED")
    assert event.starts == datetime(2025, 7, 6, 8, 0, tzinfo=UTC)
    assert event.ends == datetime(2025, 7, 6, 9, 30, tzinfo=UTC)
    assert (event.summary, event.location, event.organizer) == ("Demo, online", "Teams", "anna@x.test")
    assert event.attendees == (
        Attendee("bo@y.test", "Bo", "ACCEPTED"),
        Attendee("c@y.test", "", "NEEDS-ACTION"),
    )
    assert event.last_modified_at == datetime(2025, 1, 1, tzinfo=UTC)
    assert (event.recurrence, event.is_recurring) == (None, False)


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL", "REPLY", "COUNTER"])
def test_the_method_says_what_is_wanted(method):
    assert read_calendar(calendar(method=method.lower()))[0].method == method


@pytest.mark.parametrize(
    ("lines", "starts", "ends"),
    [
        ("DTSTART;VALUE=DATE:20250706", date(2025, 7, 6), date(2025, 7, 7)),
        ("DTSTART;VALUE=DATE:20250706\nDTEND;VALUE=DATE:20250709", date(2025, 7, 6), date(2025, 7, 9)),
        (
            "DTSTART:20250706T100000Z\nDURATION:PT45M",
            *(datetime(2025, 7, 6, 10, m, tzinfo=UTC) for m in (0, 45)),
        ),
        ("DTSTART:20250706T100000Z", *[datetime(2025, 7, 6, 10, tzinfo=UTC)] * 2),
        ("DTSTART:20250706T100000", *[datetime(2025, 7, 6, 10, tzinfo=UTC)] * 2),
        ("DTSTART:soon", None, None),
        ("SUMMARY:x", None, None),
    ],
)
def test_when_it_starts_and_ends(lines, starts, ends):
    (event,) = read_calendar(calendar(f"UID:u\n{lines}\n"))
    assert (event.starts, event.ends) == (starts, ends)


def test_one_occurrence_of_a_series_is_named():
    (event,) = read_calendar(calendar("UID:u\nRECURRENCE-ID;VALUE=DATE:20250706\nRRULE:FREQ=DAILY\n"))
    assert (event.recurrence, event.is_recurring) == (date(2025, 7, 6), True)


def test_an_event_that_was_cut_off_is_read_so_far():
    (event,) = read_calendar(calendar("UID:u\nSUMMARY:Demo\n").partition(b"END:VEVENT")[0])
    assert (event.uid, event.summary) == ("u", "Demo")


def test_a_line_that_is_none_is_passed_over():
    (event,) = read_calendar(calendar("UID:u\nX\nSUMMARY:Demo\n"))
    assert (event.uid, event.summary) == ("u", "Demo")


def test_words_of_outsiders_are_one_harmless_line():
    (event,) = read_calendar(calendar("UID:u\nSUMMARY:a\\nb\u202ec\n"))
    assert event.summary == "a bc"


@pytest.mark.parametrize("raw", [b"x" * (MAX_SIZE + 1), calendar().replace(b"FREQ=YEARLY", b"FREQ=SECONDLY")])
def test_what_would_take_long_is_refused(raw):
    """I7."""
    with pytest.raises(BrokenCalendar, match="cannot be read"):
        read_calendar(raw)


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe" * 100, b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"])
def test_what_holds_no_event_gives_none(raw):
    assert events_or_none(raw) == ()


def events_or_none(raw: bytes) -> tuple[CalendarEvent, ...]:
    try:
        return read_calendar(raw)
    except BrokenCalendar:
        return ()


def test_a_mail_carries_its_events_once():
    """Google sends an invitation as a body and as a file."""
    part = b"Content-Type: %s; method=REQUEST\r\n\r\n" + calendar()
    parts = (
        b"--b\r\n" + part % b"text/calendar" + b"\r\n--b\r\n" + part % b"application/ics" + b"\r\n--b--\r\n"
    )
    got = parse_mail(b"From: a@x.test\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + parts)
    assert ([event.uid for event in got.calendar], got.has_calendar) == (["u1"], True)


def test_a_broken_invitation_is_a_defect_of_the_mail():
    got = parse_mail(b"From: a@x.test\r\nContent-Type: text/calendar\r\n\r\n" + b"x" * (MAX_SIZE + 1))
    assert (got.calendar, got.has_calendar, got.defects) == ((), True, ("BrokenCalendar",))


def test_the_calendars_of_the_corpus_are_read():
    """Where there is one: all that hold an event which was closed."""
    folder = Path(os.environ.get("INBOXCRM_CORPUS") or "/nowhere") / "invite"
    unread = []
    for file in folder.rglob("*.ics"):
        raw = file.read_bytes()
        closed = raw.count(b"END:VCALENDAR") and raw.count(b"END:VEVENT")
        if closed and not read_calendar(raw):
            unread.append(file.name)
    assert unread == []
