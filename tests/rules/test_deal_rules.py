"""The starter rules that tell the team of its deals (OP-9)."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.base.work import Office
from inboxcrm.crm.hold import hold_opportunity, wake_due
from inboxcrm.crm.opportunity import move_stage
from inboxcrm.crm.records import Opportunity
from inboxcrm.crm.winning import win_opportunity
from inboxcrm.rules.book import RuleBook
from inboxcrm.rules.starter_sets import STARTER
from inboxcrm.rules.sweep import run_due_rules
from tests.build import HandClock, an_opportunity, day, letters, on_both_databases, react


@pytest.fixture
def rules() -> RuleBook:
    return RuleBook(STARTER).open()


def told(office: Office, words: str) -> list[str]:
    """Who got a notice of which the subject begins so."""
    found = [one for one in letters(office, "notice") if one.subject.startswith(words)]
    return sorted(str(one.user) for one in found)


def a_deal(office: Office, stage: str = "Quote") -> int:
    with office.work("test", actor="user:anna") as work:
        deal = an_opportunity(work)
        move_stage(work, deal, stage)
        return deal.id


def test_managers_are_told_of_a_deal_that_is_too_long_in_its_stage(
    office: Office, clock: HandClock, rules: RuleBook
) -> None:
    """Fourteen days on Quote, by the days of [[pipeline]]; a deal on hold is left alone."""
    a_deal(office)
    run_due_rules(office, rules.current())
    clock.move(days=13)
    run_due_rules(office, rules.current())
    assert told(office, "Too long on Quote") == []

    clock.move(days=2)
    run_due_rules(office, rules.current())

    assert told(office, "Too long on Quote: Acme 20 standard") == ["maria"]


def test_a_deal_on_hold_is_never_too_long_anywhere(office: Office, clock: HandClock, rules: RuleBook) -> None:
    number = a_deal(office)
    with office.work("test", actor="user:anna") as work:
        hold_opportunity(work, work.session.get_one(Opportunity, number), day("2027-06-01"))
    run_due_rules(office, rules.current())
    clock.move(days=40)
    run_due_rules(office, rules.current())

    assert told(office, "Too long") == []


def test_managers_are_told_once_that_a_deal_is_in_negotiation(office: Office, rules: RuleBook) -> None:
    number = a_deal(office, "Negotiation")
    react(office, rules)
    with office.work("test", actor="user:anna") as work:
        move_stage(
            work, work.session.get_one(Opportunity, number), "Closure"
        )  # its state is Negotiation, too
    react(office, rules)

    assert told(office, "In negotiation") == ["maria"]


def test_everybody_who_sells_hears_of_a_deal_that_is_won_but_for_its_owner(
    office: Office, rules: RuleBook
) -> None:
    number = a_deal(office)
    with office.work("test", actor="user:anna") as work:
        win_opportunity(work, work.session.get_one(Opportunity, number))
    react(office, rules)

    assert told(office, "Anna has won") == ["carl", "maria"]
    with Session(office.engine) as session:
        assert (
            session.scalars(select(Opportunity.state).where(Opportunity.id == number)).one() == "Closed Won"
        )


@on_both_databases
def test_a_deal_that_woke_is_not_called_quiet_for_the_time_that_it_slept(
    office: Office, clock: HandClock, rules: RuleBook
) -> None:
    """OP-9: it slept for a month; a week after it woke on 28 December its owner is reminded, and not the day after."""
    number = a_deal(office)
    with office.work("test", actor="user:anna") as work:
        hold_opportunity(work, work.session.get_one(Opportunity, number), day("2026-12-28"))
    run_due_rules(office, rules.current())
    clock.move(days=35)  # Monday 28 December, 10:30
    wake_due(office)
    for _ in range(7):
        clock.move(days=1)
        run_due_rules(office, rules.current())
    assert told(office, "Quiet for a week") == []

    clock.move(days=1)
    run_due_rules(office, rules.current())

    assert told(office, "Quiet for a week") == ["anna"]


def test_a_deal_that_stands_still_is_asked_about_and_not_called_quiet(
    office: Office, clock: HandClock, rules: RuleBook
) -> None:
    """OP-10: after three weeks without mail, and too long on Quote; then each fortnight."""
    a_deal(office)
    run_due_rules(office, rules.current())
    counts = []
    for _ in range(38):
        clock.move(days=1)
        run_due_rules(office, rules.current())
        counts.append((len(told(office, "Quiet for a week")), len(told(office, "Stagnant for three weeks"))))

    assert counts[6:8] == [(0, 0), (1, 0)]  # Monday 30 November, 10:30, is not a week before seven in the morning
    assert counts[20:22] == [(2, 0), (2, 1)]  # Monday and Tuesday three weeks later
    assert counts[-1] == (2, 2)
