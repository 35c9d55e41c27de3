"""What each action of a rule does, and what it refuses."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from inboxcrm.base.records import Event
from inboxcrm.base.work import Work
from inboxcrm.crm.lead import answer_lead, assign_lead
from inboxcrm.crm.store import open_next_action, open_tasks_of_box, renewal_of
from inboxcrm.crm.winning import win_opportunity
from inboxcrm.outbox.records import Letter
from inboxcrm.rules.firing import fire_event_rules
from inboxcrm.rules.records import Firing
from tests.build import START, a_lead, an_opportunity
from tests.rules.writing import a_rule, rules_of


@pytest.fixture
def run(work: Work, tmp_path: Path):
    """Fire a rule with these steps for the newest event of a kind; give its outcome."""

    def fire(kind: str, record: str, do: str) -> str:
        rules = rules_of(tmp_path / "rules", a_rule(f'on = "{kind}"', f'for = "{record}"', do=do))
        work.session.flush()
        event = work.session.scalars(
            select(Event).where(Event.kind == kind).order_by(Event.id.desc())
        ).first()
        fire_event_rules(work, event, rules)
        return work.session.scalars(select(Firing)).one().outcome

    return fire


def notices(work: Work) -> list[Letter]:
    return list(work.session.scalars(select(Letter).where(Letter.kind == "notice").order_by(Letter.id)))


def test_assign_gives_a_lead_to_the_rep_whose_turn_it_is(work: Work, run) -> None:
    lead = a_lead(work)

    assert run("lead.created", "lead", '{ action = "assign" }') == "assigned it to anna"
    assert (lead.owner, lead.state) == ("anna", "Assigned")


def test_assign_leaves_a_lead_with_who_was_faster(work: Work, run) -> None:
    lead = a_lead(work)
    answer_lead(work, lead.box, "carl")

    assert run("lead.created", "lead", '{ action = "assign" }') == "left it with carl, who was faster"
    assert lead.owner == "carl"


FIRST_CONTACT = (
    '{ action = "task", kind = "first contact", to = "owner", text = "Answer {{ contact_name }}" }'
)


def test_task_is_due_the_next_business_day_and_says_why(work: Work, run) -> None:
    lead = a_lead(work)
    assign_lead(work, lead, "carl")

    assert run("lead.created", "lead", FIRST_CONTACT) == "gave carl the task 'Answer Bob'"

    [task] = open_tasks_of_box(work.session, lead.box_id)
    assert (task.owner, task.kind, task.why) == ("carl", "first contact", "Because.")
    assert task.due_at == datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def test_no_first_contact_task_for_who_was_answered_already(work: Work, run) -> None:
    lead = a_lead(work)
    answer_lead(work, lead.box, "carl")

    assert "somebody has answered already" in run("lead.created", "lead", FIRST_CONTACT)
    assert open_tasks_of_box(work.session, lead.box_id) == []


@pytest.mark.parametrize(
    ("to", "users"),
    [("managers", ["maria"]), ("finance", ["fred"]), ("owner", ["carl"]), ("olga", ["olga"])],
)
def test_notice_goes_to_whom_the_word_names(work: Work, run, to: str, users: list[str]) -> None:
    lead = a_lead(work)
    assign_lead(work, lead, "carl")

    run("lead.created", "lead", f'{{ action = "notice", to = "{to}", text = "look at {{{{ name }}}}" }}')

    assert [letter.user for letter in notices(work)] == users
    assert notices(work)[0].facts["text"] == "look at Licences for Acme"
    assert notices(work)[0].facts["rule"] == "test, version 1 (2026-11-23), row OP-9"
    assert not notices(work)[0].is_outside


def test_what_an_outsider_wrote_is_never_read_as_a_template(work: Work, run) -> None:
    """V13."""
    lead = a_lead(work, name="{{ owner }} {{ 7*7 }}")
    assign_lead(work, lead, "carl")

    run("lead.created", "lead", '{ action = "notice", to = "owner", text = "new: {{ name }}" }')

    assert notices(work)[0].facts["text"] == "new: {{ owner }} {{ 7*7 }}"


def test_nobody_to_tell_is_a_refusal_that_is_shown(work: Work, run) -> None:
    a_lead(work)

    outcome = run("lead.created", "lead", '{ action = "notice", to = "owner", text = "new" }')

    assert outcome == "refused: rule test: there is nobody to be 'owner'"


REMIND = '{ action = "remind", to = "owner", text = "quiet: {{ next_action }}" }'


def test_remind_makes_the_one_next_action_due_and_adds_none(work: Work, run) -> None:
    """OP-4, OP-9."""
    opportunity = an_opportunity(work)

    run("opportunity.created", "opportunity", REMIND)

    task = open_next_action(work.session, opportunity.id)
    assert (task.due_at, task.rule, task.why) == (START, "test", "Because.")
    assert len(open_tasks_of_box(work.session, opportunity.box_id)) == 1
    assert notices(work)[0].facts["text"] == "quiet: Hold the discovery call"
    assert notices(work)[0].facts["commands"] == [
        "done",
        "snooze 3 days",
        "continue: they decide in January",
        "hold until 3 dec",
        "lost price",
    ]  # OP-10


def test_remind_never_puts_off_what_is_due_already(work: Work, run) -> None:
    opportunity = an_opportunity(work)
    earlier = datetime(2026, 11, 1, tzinfo=UTC)
    open_next_action(work.session, opportunity.id).due_at = earlier

    run("opportunity.created", "opportunity", REMIND)

    assert open_next_action(work.session, opportunity.id).due_at == earlier


def test_remind_refuses_what_has_no_next_action(work: Work, run) -> None:
    lead = a_lead(work)
    assign_lead(work, lead, "carl")

    outcome = run("lead.created", "lead", '{ action = "remind", to = "owner", text = "look" }')

    assert outcome == "refused: only an open opportunity has a next action to remind of"
    assert notices(work) == []


def test_open_renewal_sleeps_until_so_long_before_the_term_ends(work: Work, run) -> None:
    """RN-9: twelve months from 23 November 2026, sixty days before."""
    won = an_opportunity(work)
    win_opportunity(work, won)

    outcome = run("opportunity.won", "opportunity", '{ action = "open_renewal", before = "60 days" }')

    renewal = renewal_of(work.session, won.id)
    assert (renewal.close_on, renewal.wake_on) == (date(2027, 11, 23), date(2027, 9, 24))
    assert outcome == "opened 'Acme 20 standard renewal 2027', asleep until 24 September 2027"


def test_digest_numbers_what_is_due_for_each_manager(work: Work, run) -> None:
    an_opportunity(work)
    work.now += timedelta(days=2)

    assert run("opportunity.created", "opportunity", '{ action = "digest", to = "managers" }') == (
        "sent the digest to maria"
    )
    assert work.session.scalars(select(Letter.user).where(Letter.kind == "digest")).all() == ["maria"]
