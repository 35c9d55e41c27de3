"""Opportunities: stages, winning, the one next action, the renewal that sleeps (OP-1, OP-2, OP-4, RN-9)."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import pytest

from inboxcrm.base.errors import IllegalMove
from inboxcrm.base.records import Event
from inboxcrm.base.work import Work
from inboxcrm.crm.opportunity import advance_stage, advance_to, move_stage, open_renewal
from inboxcrm.crm.store import open_next_action, open_tasks_of_box, waking_boxes_of_contact
from inboxcrm.crm.task import finish_task
from inboxcrm.crm.winning import win_opportunity
from tests.build import START, an_opportunity, day

# PROCESS OP-1, by hand: stage, probability, state.
TABLE = [
    ("Identification", 10, "Prospecting"),
    ("Qualification", 20, "Qualification"),
    ("Needs Analysis", 30, "Needs Analysis"),
    ("Presentation", 50, "Value Proposition"),
    ("Quote", 60, "Value Proposition"),
    ("Negotiation", 80, "Negotiation"),
    ("Closure", 100, "Negotiation"),
]
NAMES = [name for name, _, _ in TABLE]
NEXT_BUSINESS_DAY = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(("stage", "probability", "state"), TABLE)
def test_a_stage_brings_its_probability_and_state(work: Work, stage, probability, state) -> None:
    opportunity = an_opportunity(work)
    opportunity.stage = "Closure" if stage != "Closure" else "Quote"

    move_stage(work, opportunity, stage)

    assert (opportunity.stage, opportunity.probability, opportunity.state) == (stage, probability, state)


@pytest.mark.parametrize(("old", "new"), [p for p in itertools.product(NAMES, NAMES) if p[0] != p[1]])
def test_people_move_open_stages_both_ways_and_mail_only_forward(work: Work, old: str, new: str) -> None:
    """OP-1, OP-2."""
    opportunity = an_opportunity(work)
    opportunity.stage = old
    is_forward = NAMES.index(new) > NAMES.index(old)

    advance_to(work, opportunity, work.settings.pipeline_of("new").stage_called(new))
    assert opportunity.stage == (new if is_forward else old)

    opportunity.stage = old
    move_stage(work, opportunity, new)
    assert opportunity.stage == new


@pytest.mark.parametrize("stage", ["Qualification", "Tea"])
def test_a_stage_to_itself_or_to_nowhere_is_refused(work: Work, stage: str) -> None:
    opportunity = an_opportunity(work)

    with pytest.raises(IllegalMove) as refused:
        move_stage(work, opportunity, stage)

    assert "Closed Lost" in refused.value.legal
    assert "Closed Won" not in refused.value.legal  # only from Closure


def test_a_closed_deal_is_not_moved_by_people_or_mail(work: Work) -> None:
    opportunity = an_opportunity(work)
    win_opportunity(work, opportunity)

    advance_stage(work, opportunity, "counter-question")
    with pytest.raises(IllegalMove):
        move_stage(work, opportunity, "Quote")

    assert (opportunity.state, opportunity.stage) == ("Closed Won", "Closure")


def test_winning_passes_closure_and_leaves_no_next_action(work: Work) -> None:
    opportunity = an_opportunity(work)

    win_opportunity(work, opportunity)

    assert (opportunity.state, opportunity.closed_at) == ("Closed Won", START)
    assert open_next_action(work.session, opportunity.id) is None
    assert open_tasks_of_box(work.session, opportunity.box_id) == []
    told = [e.kind for e in work.session.query(Event).order_by(Event.id)]
    assert told.index("stage.changed") < told.index("opportunity.won")


def test_a_deal_is_won_once(work: Work) -> None:
    opportunity = an_opportunity(work)
    win_opportunity(work, opportunity)

    with pytest.raises(IllegalMove):
        win_opportunity(work, opportunity)


def test_a_next_action_that_nobody_worded_says_what_the_new_stage_asks_for(work: Work) -> None:
    """OP-7: the same task, worded anew and due the next business day; one that a person worded stays."""
    opportunity = an_opportunity(work)
    task = open_next_action(work.session, opportunity.id)
    assert task.text == "Hold the discovery call"

    move_stage(work, opportunity, "Quote")
    assert (task.text, task.due_at) == ("Ask what they think of the quote", NEXT_BUSINESS_DAY)

    task.text = "Ring Bob on his birthday"
    move_stage(work, opportunity, "Negotiation")
    assert task.text == "Ring Bob on his birthday"
    assert open_next_action(work.session, opportunity.id) is task


def test_finishing_the_next_action_makes_the_next_at_once(work: Work) -> None:
    """OP-4."""
    opportunity = an_opportunity(work)
    first = open_next_action(work.session, opportunity.id)

    following = finish_task(work, first)

    assert following is open_next_action(work.session, opportunity.id)
    assert (following.text, following.due_at, following.owner) == (first.text, NEXT_BUSINESS_DAY, "anna")


def test_a_renewal_is_made_once_asleep_and_its_one_task_is_the_wake_up(work: Work) -> None:
    """RN-9: no candidate for mail until then; a second call gives the first one."""
    won = an_opportunity(work)
    won.amount_minor = 98_000
    win_opportunity(work, won)

    renewal = open_renewal(work, won, wake_on=day("2027-09-24"), ends_on=day("2027-11-23"))
    again = open_renewal(work, won, wake_on=day("2027-01-01"), ends_on=day("2027-02-01"))

    assert again is renewal
    assert (renewal.kind, renewal.origin_id, renewal.stage) == ("renewal", won.id, "Identification")
    assert (renewal.name, renewal.amount_minor) == ("Acme 20 standard renewal 2027", 98_000)
    assert (renewal.wake_on, renewal.close_on) == (day("2027-09-24"), day("2027-11-23"))
    [task] = open_tasks_of_box(work.session, renewal.box_id)
    assert (task.kind, task.text) == ("next action", "Wake up: Acme 20 standard renewal 2027")
    assert task.due_at == datetime(2027, 9, 24, 6, 0, tzinfo=UTC)  # 08:00 of summer time in Amsterdam
    assert renewal.box_id not in [b.id for b in waking_boxes_of_contact(work.session, won.box.contact)]
