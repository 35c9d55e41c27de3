"""A rule says budget, authority, need or timeline of a lead (LD-7)."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from inboxcrm.base.records import Event
from inboxcrm.base.work import Work
from inboxcrm.crm.lead import assign_lead
from inboxcrm.crm.qualifying.store import qualification_for
from inboxcrm.crm.records import Lead
from inboxcrm.rules.firing import fire_event_rules
from inboxcrm.rules.records import Firing
from tests.build import a_lead
from tests.rules.writing import a_rule, rules_of


def fire(work: Work, folder: Path, say: str) -> str:
    """Let a rule say this of the newest lead that was made; give the outcome."""
    step = f'{{ action = "bant", say = "{say}" }}'
    rules = rules_of(folder / "rules", a_rule('on = "lead.created"', 'for = "lead"', do=step))
    work.session.flush()
    event = work.session.scalars(select(Event).where(Event.kind == "lead.created")).one()
    fire_event_rules(work, event, rules)
    return work.session.scalars(select(Firing)).one().outcome


@pytest.fixture
def lead(work: Work) -> Lead:
    lead = a_lead(work)
    assign_lead(work, lead, "carl")
    return lead


def test_it_is_kept_with_the_rule_that_said_it(work: Work, tmp_path: Path, lead: Lead) -> None:
    assert fire(work, tmp_path, "need yes, timeline urgent") == "noted need yes, timeline urgent"

    known = qualification_for(work.session, lead.id)
    assert (known.need, known.timeline, lead.state) == ("yes", "urgent", "Assigned")
    assert str(known.said["need"]["by"]).startswith("rule ")


def test_a_lead_that_is_qualified_by_it_is_its_owner_s_deal(work: Work, tmp_path: Path, lead: Lead) -> None:
    assert fire(work, tmp_path, "need yes, budget yes").endswith("and made the deal Licences for Acme")
    assert (lead.state, lead.box.kind, lead.box.owner) == ("Converted", "opportunity", "carl")


@pytest.mark.parametrize("say", ["need perhaps", "money yes"])
def test_what_cannot_be_understood_is_refused(work: Work, tmp_path: Path, lead: Lead, say: str) -> None:
    assert fire(work, tmp_path, say).startswith("refused: I do not understand")


def test_a_lead_of_nobody_is_assigned_first(work: Work, tmp_path: Path) -> None:
    lead = a_lead(work)

    assert "`assign` it first" in fire(work, tmp_path, "need yes, budget yes")
    assert lead.state == "New"
