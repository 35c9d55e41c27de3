"""Invitations become meetings on the box; updates and cancellations follow by UID and SEQUENCE (IN-14, I20)."""

from __future__ import annotations

import itertools
import json
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import pytest
from sqlalchemy import Engine

from inboxcrm.base.work import Office
from tests.ingest.building import ANNA, NOON, SALES, HandClock, ask, count, make_office, open_box, raw_mail

CARLA = "carla@brouwer.test"
EVENT = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//x//y
METHOD:{method}
BEGIN:VEVENT
UID:{uid}
SEQUENCE:{sequence}
DTSTAMP:20260302T090000Z
{start}
SUMMARY:{summary}
ORGANIZER:mailto:{organizer}
ATTENDEE;PARTSTAT={partstat}:mailto:{attendee}
END:VEVENT
END:VCALENDAR
"""
TIMED = "DTSTART:202603{day}T100000Z\nDTEND:202603{day}T110000Z"


def invitation(
    method: str = "REQUEST",
    sequence: int = 0,
    day: str = "10",
    *,
    sender: str = CARLA,
    to: str = SALES,
    uid: str = "meet-1",
    organizer: str = CARLA,
    attendee: str = SALES,
    partstat: str = "NEEDS-ACTION",
    summary: str = "Demo",
    start: str = "",
    proof: str = "",
) -> bytes:
    mail = EmailMessage(policy=SMTP)
    if proof:
        mail["Authentication-Results"] = proof
        mail["Received"] = "from a by mx.test; Mon, 2 Mar 2026 12:00:00 +0000"
    mail["From"], mail["To"], mail["Subject"], mail["Date"] = sender, to, summary, format_datetime(NOON)
    mail["Message-ID"] = f"<{method}{sequence}{sender}{day}{uid}>".replace("@", ".").replace("<", "<a@")
    mail.set_content("You are invited.")
    text = EVENT.format(
        method=method, uid=uid, sequence=sequence, summary=summary, organizer=organizer, attendee=attendee,
        partstat=partstat, start=start or TIMED.format(day=day),
    )  # fmt: skip
    mail.add_alternative(text, subtype="calendar", params={"method": method})
    return mail.as_bytes()


def meetings(engine: Engine) -> list[tuple[str, int, int]]:
    """State, day of March and box of each meeting."""
    rows = ask(engine, "select state, starts_at, box_id from meeting order by id")
    return [(state, (micros // 1_000_000 - 1772323200) // 86400 + 1, box) for state, micros, box in rows]


@pytest.fixture
def filled(both: Engine) -> Office:
    """Carla has a box."""
    office = make_office(both)
    open_box(office).take(raw_mail(CARLA, SALES, "Licences", mid="<1@b>"))
    return office


def take(office: Office, *mails: bytes, uid: int = 10) -> None:
    inbox = open_box(office)
    inbox.uid = uid
    inbox.take(*mails)


def test_an_invitation_its_update_and_its_cancellation_are_one_meeting(filled: Office, both: Engine) -> None:
    """In any order of arrival; it is no reply and makes no lead."""
    mails = [invitation(), invitation(sequence=1, day="12"), invitation("CANCEL", 2, "12")]
    take(filled, *mails)
    assert meetings(both) == [("cancelled", 12, 1)]
    assert count(both, "lead") == 1
    assert count(both, "event", "kind = 'message.received'") == 1


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_order_of_arrival_makes_no_difference(
    office: Office, engine: Engine, order: tuple[int, ...]
) -> None:
    """V3."""
    mails = [invitation(), invitation(sequence=1, day="12"), invitation("CANCEL", 1, "12")]
    open_box(office).take(raw_mail(CARLA, SALES, "Licences", mid="<1@b>"))
    take(office, *(mails[at] for at in order))
    assert meetings(engine) == [("cancelled", 12, 1)]


def test_another_sender_neither_moves_nor_cancels_it(filled: Office, both: Engine) -> None:
    """V10: who knows the UID of another's meeting has no power over it."""
    take(filled, invitation())
    eve = "eve@evil.test"
    take(
        filled,
        invitation("CANCEL", 9, sender=eve),
        invitation("CANCEL", 9, sender=eve, organizer=eve),
        uid=20,
    )
    assert ("planned", 10, 1) in meetings(both)
    assert [state for state, _, box in meetings(both) if box == 1] == ["planned"]


def test_an_attendee_answers_for_himself_alone(filled: Office, both: Engine) -> None:
    open_box(filled, 1, "Sent").take(
        invitation(sender=ANNA, organizer=ANNA, to=CARLA, attendee=CARLA, uid="ours")
    )
    answer = {"organizer": ANNA, "attendee": CARLA, "partstat": "ACCEPTED", "uid": "ours", "to": ANNA}
    take(filled, invitation("REPLY", sender="eve@evil.test", **answer))
    assert json.loads(ask(both, "select attendees from meeting")[0][0]) == {CARLA: "NEEDS-ACTION"}
    take(filled, invitation("REPLY", **answer), uid=20)
    assert json.loads(ask(both, "select attendees from meeting")[0][0]) == {CARLA: "ACCEPTED"}


def test_a_users_own_holiday_entry_is_his_absence_until_he_cancels_it(both: Engine) -> None:
    """Proven to be his; a forged one sends nobody away."""
    clock = HandClock()
    office = make_office(both, clock=clock)
    holiday = {
        "sender": ANNA, "organizer": ANNA, "summary": "Vakantie", "uid": "v",
        "start": "DTSTART;VALUE=DATE:20260305\nDTEND;VALUE=DATE:20260307",
    }  # fmt: skip
    take(office, invitation(**holiday))
    assert count(both, "absence") == 0

    proof = "mx.test; dmarc=pass header.from=kestrel.test"
    take(office, invitation(**holiday, day="11", proof=proof), uid=20)
    [(user, start, until)] = ask(both, 'select "user", start_at, until_at from absence')
    # From midnight of the 5th in Amsterdam, or the company's zone, to the morning after the last day.
    assert (user, (until - start) // 3_600_000_000) == ("anna", 48 + 8)

    take(office, invitation("CANCEL", 1, **holiday, proof=proof), uid=30)
    assert ask(both, "select until_at - start_at from absence") == [(0,)]


def test_a_broken_calendar_part_is_kept_and_plans_nothing(filled: Office, both: Engine) -> None:
    """I20."""
    take(filled, invitation().replace(b"BEGIN:VEVENT", b"BEGIN:VNONSENSE").replace(b"DTSTART", b"DT;;START"))
    assert count(both, "message") == 2
    assert count(both, "meeting") == 0
