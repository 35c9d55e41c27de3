"""Tasks: exactly one open next action, held by the database itself (OP-4); none of them on a lead (LD-11)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from inboxcrm.base.errors import IllegalMove, Refused
from inboxcrm.base.work import Work
from inboxcrm.crm.store import open_next_action
from inboxcrm.crm.task import add_next_action, add_task, finish_task, snooze_task
from tests.build import START, a_lead, an_opportunity, on_both_databases


@on_both_databases
def test_the_database_refuses_a_second_open_next_action(work: Work) -> None:
    """OP-4."""
    opportunity = an_opportunity(work)

    with pytest.raises(IntegrityError):
        add_next_action(work, opportunity, "Another one")


@on_both_databases
@pytest.mark.parametrize("kind", ["next action", "follow-up"])
def test_the_database_refuses_next_actions_and_follow_ups_on_leads(work: Work, kind: str) -> None:
    """LD-11, OP-5."""
    lead = a_lead(work)

    with pytest.raises(IntegrityError):
        add_task(work, lead.box, kind, "Chase", owner="anna", due_at=work.now)


@on_both_databases
def test_an_occasion_has_one_task_however_often_it_comes(work: Work) -> None:
    lead = a_lead(work)

    first = add_task(work, lead.box, "question", "Where?", owner="anna", due_at=START, occasion="filing:1")
    again = add_task(work, lead.box, "question", "Where?", owner="carl", due_at=START, occasion="filing:1")

    assert again is first


@pytest.mark.parametrize(("first", "second"), [("done", "done"), ("done", "dropped"), ("dropped", "done")])
def test_a_closed_task_stays_closed(work: Work, first: str, second: str) -> None:
    task = add_task(work, a_lead(work).box, "question", "Where?", owner="anna", due_at=START)
    finish_task(work, task, state=first)

    with pytest.raises(IllegalMove):
        finish_task(work, task, state=second)
    with pytest.raises(Refused, match="already"):
        snooze_task(work, task, START)

    assert (task.state, task.closed_at, task.closed_by) == (first, START, "user:anna")


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (datetime(2026, 11, 27, 16, 45, tzinfo=UTC), datetime(2026, 11, 30, 16, 45, tzinfo=UTC)),  # Friday
        (datetime(2026, 12, 24, 9, 0, tzinfo=UTC), datetime(2026, 12, 28, 9, 0, tzinfo=UTC)),  # Christmas
        (
            datetime(2026, 3, 27, 9, 0, tzinfo=UTC),
            datetime(2026, 3, 30, 8, 0, tzinfo=UTC),
        ),  # summer time begins
    ],
)
def test_a_next_action_is_due_at_the_same_clock_time_of_the_next_business_day(work: Work, now, due) -> None:
    work.now = now

    opportunity = an_opportunity(work)

    assert open_next_action(work.session, opportunity.id).due_at == due


def test_a_task_is_put_off_and_both_moments_are_kept(work: Work) -> None:
    task = add_task(work, a_lead(work).box, "question", "Where?", owner="anna", due_at=START)

    snooze_task(work, task, START + timedelta(days=3))

    assert task.due_at == START + timedelta(days=3)
    [event] = [e for e in work.session.new if getattr(e, "kind", "") == "task.snoozed"]
    assert event.payload == {"old": "2026-11-23T09:30:00+00:00", "new": "2026-11-26T09:30:00+00:00"}
