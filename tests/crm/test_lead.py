"""Leads move as LD-1 says, go to the reps in fair turn, and become opportunities with all that hangs on them."""

from __future__ import annotations

import itertools

import pytest

from inboxcrm.base.errors import IllegalMove
from inboxcrm.base.records import Event
from inboxcrm.base.work import Work
from inboxcrm.crm.lead import answer_lead, assign_lead, convert_lead, move_lead, start_lead
from inboxcrm.crm.store import open_next_action, open_tasks_of_box, tasks_of_box
from inboxcrm.crm.task import add_task
from tests.build import START, a_lead

STATES = ("New", "Assigned", "In Process", "Converted", "Recycled", "Dead")
LEGAL = {  # PROCESS LD-1, by hand
    "New": {"Assigned", "Dead"},
    "Assigned": {"In Process", "Dead"},
    "In Process": {"Converted", "Recycled", "Dead"},
    "Recycled": {"In Process"},
    "Converted": set(),
    "Dead": set(),
}


def kinds(work: Work, box_id: int) -> list[str]:
    work.session.flush()
    return [e.kind for e in work.session.query(Event).filter_by(box_id=box_id).order_by(Event.id)]


@pytest.mark.parametrize(("old", "new"), list(itertools.product(STATES, STATES)))
def test_every_move_of_a_lead_is_as_ld_1_says(work: Work, old: str, new: str) -> None:
    """LD-1: a legal move happens and is told; any other is refused with the legal ones named, and changes nothing."""
    lead = a_lead(work)
    lead.state = old
    if new in LEGAL[old]:
        move_lead(work, lead, new)

        assert lead.state == new
        assert kinds(work, lead.box_id)[-1] == "lead.moved"
    else:
        with pytest.raises(IllegalMove) as refused:
            move_lead(work, lead, new)

        assert (lead.state, set(refused.value.legal)) == (old, LEGAL[old])
        assert all(state in str(refused.value) for state in LEGAL[old])


@pytest.mark.parametrize(("state", "is_open"), [("Dead", False), ("Recycled", False)])
def test_a_lead_that_rests_takes_no_new_mail_on_its_box(work: Work, state: str, is_open: bool) -> None:
    lead = a_lead(work)
    start_lead(work, lead, "anna")
    move_lead(work, lead, state, "no budget")

    assert (lead.box.is_open, lead.reason) == (is_open, "no budget")


def test_a_recycled_lead_comes_back_to_work(work: Work) -> None:
    """LD-2: it is In Process again and its box is open."""
    lead = a_lead(work)
    start_lead(work, lead, "anna")
    move_lead(work, lead, "Recycled")

    start_lead(work, lead, "carl")

    assert (lead.state, lead.box.is_open, lead.owner) == ("In Process", True, "anna")


def test_the_first_answer_puts_a_lead_in_process_and_later_ones_change_nothing(work: Work) -> None:
    """LD-2: Assigned becomes In Process at the first human answer; the first-contact task is done."""
    lead = a_lead(work)
    assign_lead(work, lead, "carl")
    task = add_task(work, lead.box, "first contact", "Answer Bob", owner="carl", due_at=work.now)

    answer_lead(work, lead.box, "anna")
    answer_lead(work, lead.box, "maria")

    assert (lead.state, lead.owner, lead.answered_at) == ("In Process", "carl", START)
    assert task.state == "done"
    assert kinds(work, lead.box_id).count("lead.answered") == 1


def test_who_answers_a_new_lead_first_has_it(work: Work) -> None:
    """LD-1: an answer to a New lead assigns it to the answerer first, one event each."""
    lead = a_lead(work)

    answer_lead(work, lead.box, "carl")

    assert (lead.state, lead.owner, lead.box.owner) == ("In Process", "carl", "carl")
    moves = [kind for kind in kinds(work, lead.box_id) if kind != "lead.created"]
    assert moves == ["lead.moved", "lead.assigned", "lead.moved", "lead.answered"]


def test_conversion_keeps_the_box_and_files_its_tasks(work: Work) -> None:
    """LD-9: the opportunity stands on the lead's own box; mails and tasks follow, the company is a customer."""
    lead = a_lead(work)
    box = lead.box
    question = add_task(work, box, "question", "How many users?", owner="carl", due_at=work.now)
    contact = add_task(work, box, "first contact", "Answer Bob", owner="carl", due_at=work.now)

    opportunity = convert_lead(work, lead, by="carl", name="Acme 20 standard")

    assert opportunity.box is box
    assert (box.kind, box.name, box.owner) == ("opportunity", "Acme 20 standard", "carl")
    assert (lead.state, opportunity.lead_id, opportunity.stage) == ("Converted", lead.id, "Qualification")
    assert box.organization.kind == "customer"
    assert (question.state, contact.state) == ("open", "done")
    assert {task.kind for task in open_tasks_of_box(work.session, box.id)} == {"question", "next action"}
    assert open_next_action(work.session, opportunity.id).owner == "carl"
    assert len(tasks_of_box(work.session, box.id)) == 3


def test_a_new_lead_is_converted_by_the_legal_moves_one_event_each(work: Work) -> None:
    lead = a_lead(work)

    convert_lead(work, lead, by="anna", name="Acme")

    moves = [
        (e.payload["old"], e.payload["new"])
        for e in work.session.query(Event).filter_by(kind="lead.moved").order_by(Event.id)
    ]
    assert moves == [("New", "Assigned"), ("Assigned", "In Process"), ("In Process", "Converted")]


@pytest.mark.parametrize("state", ["Dead", "Converted"])
def test_a_final_lead_is_never_converted_again(work: Work, state: str) -> None:
    lead = a_lead(work)
    lead.state = state

    with pytest.raises(IllegalMove):
        convert_lead(work, lead, by="anna", name="Acme")
