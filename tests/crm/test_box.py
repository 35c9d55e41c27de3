"""Boxes: what happened last, whatever the order of arrival; two that turn out to be one (V3)."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from inboxcrm.base.records import Event
from inboxcrm.base.work import Work
from inboxcrm.crm.box import add_note, touch_box
from inboxcrm.crm.lead import convert_lead
from inboxcrm.crm.merging.leads import unite_leads
from inboxcrm.crm.store import box_by_id, open_tasks_of_box
from inboxcrm.crm.task import add_task
from tests.build import START, a_lead

LATER = START + timedelta(hours=1)
TOUCHES = [(START, "inbound"), (LATER, "outbound"), (START - timedelta(days=1), "inbound")]


@pytest.mark.parametrize("touches", list(itertools.permutations(TOUCHES)))
def test_a_box_knows_its_last_mail_whatever_the_order_of_arrival(work: Work, touches) -> None:
    """V3."""
    box = a_lead(work).box
    for at, direction in touches:
        touch_box(box, at, direction)

    assert (box.last_activity_at, box.last_inbound_at, box.last_outbound_at) == (LATER, START, LATER)


@pytest.mark.parametrize("is_turned", [False, True])
def test_two_leads_of_one_company_become_one_and_the_older_survives(work: Work, is_turned: bool) -> None:
    older, younger = a_lead(work), a_lead(work, "carol@acme.example", "A question")
    task = add_task(work, younger.box, "first contact", "Answer", owner="anna", due_at=START)
    pair = (younger.box, older.box) if is_turned else (older.box, younger.box)

    assert unite_leads(work, *pair) is older.box

    assert (younger.state, younger.reason) == ("Dead", "is the same as Licences for Acme")
    assert (younger.box.is_open, box_by_id(work.session, younger.box_id)) == (False, older.box)
    assert task.state == "dropped"
    assert open_tasks_of_box(work.session, younger.box_id) == []


def test_leads_of_different_customers_are_never_merged_by_themselves(work: Work) -> None:
    """No mail joins two boxes of different organizations: a person is asked. Free mail makes nobody one company."""
    acme, other = a_lead(work), a_lead(work, "x@other.example")
    first, second = a_lead(work, "a@gmail.com"), a_lead(work, "b@gmail.com")

    assert unite_leads(work, acme.box, other.box) is None
    assert unite_leads(work, first.box, second.box) is None
    assert (acme.state, other.state, second.state) == ("New", "New", "New")


def test_a_younger_box_with_a_deal_is_left_to_a_person(work: Work) -> None:
    older, younger = a_lead(work), a_lead(work, "carol@acme.example")
    convert_lead(work, younger, by="anna", name="Deal")

    assert unite_leads(work, older.box, younger.box) is None
    assert younger.box.is_open


def test_a_younger_lead_joins_the_older_box_that_is_a_deal_already(work: Work) -> None:
    older, younger = a_lead(work), a_lead(work, "carol@acme.example")
    convert_lead(work, older, by="anna", name="Deal")

    assert unite_leads(work, older.box, younger.box) is older.box


def test_boxes_merged_twice_over_lead_to_the_last_survivor(work: Work) -> None:
    first, second, third = (a_lead(work, f"{name}@acme.example") for name in "abc")
    unite_leads(work, second.box, third.box)
    unite_leads(work, first.box, second.box)

    assert box_by_id(work.session, third.box_id) is first.box


def test_a_note_is_kept_on_the_box(work: Work) -> None:
    box = a_lead(work).box
    add_note(work, box, "Rang, nobody there")

    work.session.flush()
    [note] = work.session.query(Event).filter_by(kind="note.added")
    assert (note.box_id, note.payload, note.actor) == (box.id, {"text": "Rang, nobody there"}, "user:anna")
