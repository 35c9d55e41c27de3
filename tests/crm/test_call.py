"""A call is logged once, moves the clocks of its box, and follows its box and its person (IN-14)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from inboxcrm.base.work import Work
from inboxcrm.crm.call import Call, log_call
from inboxcrm.crm.merging.leads import join_contacts, unite_leads
from inboxcrm.crm.people import find_or_make_contact
from inboxcrm.crm.store import call_by_occasion, calls_of_box
from tests.build import START, a_lead, on_both_databases

EARLIER = START - timedelta(minutes=10)
LATER = START + timedelta(hours=1)


def log(work: Work, lead, occasion: str = "message:1", **told: object) -> bool:
    call = Call(**({"direction": "in", "started_at": LATER} | told))
    return log_call(work, call, occasion=occasion, box=lead.box, contact=lead.box.contact, message_id=1)


@on_both_databases
def test_one_occasion_is_one_call(work: Work) -> None:
    lead = a_lead(work)

    assert [log(work, lead), log(work, lead), log(work, lead, "message:2")] == [True, False, True]
    assert len(calls_of_box(work.session, lead.box_id)) == 2


@pytest.mark.parametrize(
    ("told", "inbound", "outbound", "activity"),
    [
        ({"direction": "in"}, LATER, None, LATER),
        ({"direction": "in", "has_talked": True}, LATER, LATER, LATER),
        ({"direction": "in", "has_talked": False}, LATER, None, LATER),
        ({"direction": "out", "has_talked": True}, None, LATER, LATER),
        ({"direction": "out", "has_talked": False}, None, None, LATER),
        ({"direction": "out", "started_at": EARLIER}, None, None, START),
    ],
)
def test_a_call_moves_the_clocks_of_its_box(work: Work, told, inbound, outbound, activity) -> None:
    """IN-13: whoever has spoken with us waits for no answer, whoever we missed does; attempts are activity."""
    lead = a_lead(work)
    log(work, lead, **told)

    box = lead.box
    assert (box.last_inbound_at, box.last_outbound_at, box.last_activity_at) == (inbound, outbound, activity)


SYSTEM = {"phone": "+31201234567", "seconds": 600, "started_at": LATER, "has_talked": True}


def note(minutes: float, **told: object) -> dict[str, object]:
    """What Anna notes so many minutes after the call began."""
    return {
        "user": "anna",
        "text": "wants 20",
        "has_talked": True,
        "started_at": LATER + timedelta(minutes=minutes),
    } | told


@pytest.mark.parametrize("is_note_first", [True, False])
def test_a_note_and_the_systems_word_are_one_call(work: Work, is_note_first: bool) -> None:
    """IN-14: its time and length are the system's, its words hers; told again by either, it stays one."""
    lead = a_lead(work)
    told = [("mail:1:0", note(12)), ("list:1", SYSTEM)]
    logged = [log(work, lead, *one[:1], **one[1]) for one in (told if is_note_first else told[::-1])]
    logged.append(log(work, lead, "list:1", **SYSTEM))

    assert logged == [True, False, False]
    [call] = calls_of_box(work.session, lead.box_id)
    assert (call.started_at, call.seconds, call.text, call.user, call.phone) == (
        LATER, 600, "wants 20", "anna", "+31201234567",
    )  # fmt: skip


@pytest.mark.parametrize(
    "other",
    [
        note(71),
        note(-6),
        note(12, direction="out"),
        {**SYSTEM, "started_at": LATER + timedelta(minutes=12)},
    ],
    ids=["late", "before", "other way", "two of the system"],
)
def test_calls_that_may_be_two_are_two(work: Work, other: dict[str, object]) -> None:
    lead = a_lead(work)
    log(work, lead, "list:1", **SYSTEM)

    assert log(work, lead, "other:1", **other)


def test_a_note_that_fits_two_calls_is_one_of_its_own(work: Work) -> None:
    lead = a_lead(work)
    log(work, lead, "list:1", **SYSTEM)
    log(work, lead, "list:2", **SYSTEM | {"started_at": LATER + timedelta(minutes=11)})

    assert log(work, lead, "mail:1:0", **note(25))


def test_calls_follow_a_box_that_becomes_part_of_another_one(work: Work) -> None:
    older, younger = a_lead(work), a_lead(work, "carol@acme.example")
    log(work, younger)
    unite_leads(work, older.box, younger.box)

    assert len(calls_of_box(work.session, older.box_id)) == 1


def test_calls_follow_a_person_who_turns_out_to_be_another_one(work: Work) -> None:
    lead = a_lead(work)
    log(work, lead)
    known = find_or_make_contact(work, "bob@home.example", "Bob")
    assert lead.box.contact is not None
    join_contacts(work, lead.box.contact, known)
    work.session.expire_all()

    call = call_by_occasion(work.session, "message:1")
    assert call is not None
    assert call.contact_id == known.id
