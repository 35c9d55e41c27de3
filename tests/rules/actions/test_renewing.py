"""Rules make renewals, days so long from now, and follow-ups of deals (RN-9, RN-12, RN-15)."""

from __future__ import annotations

from pathlib import Path

from inboxcrm.base.settings_people import CustomField
from inboxcrm.base.work import Work
from inboxcrm.crm.field import fields_of_box
from inboxcrm.crm.records import Opportunity
from inboxcrm.crm.store import open_tasks_of_box, renewal_of
from inboxcrm.crm.winning import win_opportunity
from tests.build import START, a_lead, an_opportunity, day
from tests.rules.actions.firing_one import faults_of, fire_one

WON = ("opportunity.won", "opportunity")
ENDS = CustomField(name="trial_ends", record="opportunity", type="date")
FOLLOW_UP = '{ action = "task", kind = "follow-up", to = "anna", text = "Ask how they get on" }'


def renewed(work: Work, folder: Path, deal: Opportunity, do: str) -> Opportunity:
    """Win a deal on Monday 23 November 2026 and let a rule make its renewal."""
    win_opportunity(work, deal)
    said = fire_one(work, folder, *WON, do)
    assert said.startswith("opened ")
    renewal = renewal_of(work.session, deal.id)
    assert renewal is not None
    return renewal


def test_half_a_year_before_is_counted_by_the_calendar(work: Work, tmp_path: Path) -> None:
    """RN-9: large or important customers also six months before."""
    deal = an_opportunity(work)

    renewal = renewed(work, tmp_path, deal, '{ action = "open_renewal", months_before = 6 }')

    assert (renewal.close_on, renewal.wake_on) == (day("2027-11-23"), day("2027-05-23"))


def test_who_orders_before_the_term_is_over_moves_its_end_a_year(work: Work, tmp_path: Path) -> None:
    """RN-9: nobody loses the weeks that he has paid for by ordering early."""
    deal = an_opportunity(work)
    deal.kind, deal.close_on = "renewal", day("2027-01-10")

    renewal = renewed(work, tmp_path, deal, '{ action = "open_renewal", before = "60 days" }')

    assert (renewal.close_on, renewal.wake_on) == (day("2028-01-10"), day("2027-11-11"))


def test_who_renews_after_the_term_begins_a_new_one(work: Work, tmp_path: Path) -> None:
    deal = an_opportunity(work)
    deal.kind, deal.close_on = "renewal", day("2026-11-20")

    renewal = renewed(work, tmp_path, deal, '{ action = "open_renewal", before = "60 days" }')

    assert renewal.close_on == day("2027-11-23")


def test_when_a_new_deal_was_expected_to_close_says_nothing_of_its_term(work: Work, tmp_path: Path) -> None:
    deal = an_opportunity(work)
    deal.close_on = day("2027-03-01")

    renewal = renewed(work, tmp_path, deal, '{ action = "open_renewal", before = "60 days" }')

    assert renewal.close_on == day("2027-11-23")


def test_one_lead_time_is_said_and_not_two(work: Work, tmp_path: Path) -> None:
    for do in (
        '{ action = "open_renewal" }',
        '{ action = "open_renewal", before = "60 days", months_before = 6 }',
    ):
        [fault] = faults_of(work, tmp_path, *WON, do)
        assert fault.startswith("'open_renewal' needs 'before' or 'months_before', one of them; ")


def test_a_day_may_be_so_long_from_now(work: Work, tmp_path: Path) -> None:
    """RN-12: forty-five days from the day on which it is said."""
    work.settings = work.settings.model_copy(update={"field": (ENDS,)})
    deal = an_opportunity(work)

    do = '{ action = "set_field", field = "trial_ends", value = "in 45 days" }'
    said = fire_one(work, tmp_path, "opportunity.created", "opportunity", do)

    assert said == "set trial ends to 2027-01-07"
    assert fields_of_box(work.session, work.settings, deal.box) == [(ENDS, day("2027-01-07"))]


def test_a_day_that_is_none_is_found_when_the_rule_is_read(work: Work, tmp_path: Path) -> None:
    work.settings = work.settings.model_copy(update={"field": (ENDS,)})

    do = '{ action = "set_field", field = "trial_ends", value = "in a while" }'
    [fault] = faults_of(work, tmp_path, "opportunity.created", "opportunity", do)

    assert "'in a while' does not fit trial_ends, which takes a day" in fault


def test_a_deal_gets_a_follow_up_and_a_lead_none(work: Work, tmp_path: Path) -> None:
    """OP-5, LD-11: said as a refusal, not by the database."""
    deal = an_opportunity(work)
    fire_one(work, tmp_path, "opportunity.created", "opportunity", FOLLOW_UP)
    a_lead(work, "eve@beta.example", "Licences for Beta")

    said = fire_one(work, tmp_path, "lead.created", "lead", FOLLOW_UP)

    [task] = [one for one in open_tasks_of_box(work.session, deal.box_id) if one.kind == "follow-up"]
    assert (task.text, task.owner, task.due_at > START) == ("Ask how they get on", "anna", True)
    assert said == "refused: Licences for Beta is no deal, and only deals have follow-ups; make it an errand"
