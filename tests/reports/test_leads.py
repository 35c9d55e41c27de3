"""How many leads came by what, and what became of them (IN-8)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from inboxcrm.base.money import Money
from inboxcrm.base.work import Work
from inboxcrm.crm.lead import convert_lead, describe_lead
from inboxcrm.crm.merging.leads import unite_leads
from inboxcrm.crm.records import Lead
from inboxcrm.reports.leads import Came, leads_by
from tests.build import START, a_lead, a_quote, an_order, on_both_databases

LATER = START + timedelta(days=1)


def named(work: Work, address: str, campaign: str) -> Lead:
    lead = a_lead(work, address)
    if campaign:
        describe_lead(work, lead, "campaign", campaign)
    return lead


@on_both_databases
def test_leads_are_counted_with_what_became_of_them(work: Work) -> None:
    """Two of the fair: one won over EUR 980, one converted; one of nothing was answered; a merged one is none."""
    won, open_deal = named(work, "a@one.example", "fair"), named(work, "b@two.example", "fair")
    plain, doubled = named(work, "c@three.example", ""), named(work, "d@three.example", "")
    plain.answered_at = work.now
    an_order(work, quote=a_quote(work, convert_lead(work, won, by="anna", name="One")))
    convert_lead(work, open_deal, by="anna", name="Two")
    unite_leads(work, plain.box, doubled.box)
    work.session.flush()

    assert leads_by(work.session, "campaign") == [
        Came("fair", leads=2, answered=0, converted=2, won=1, amounts=(Money(98_000, "EUR"),)),
        Came("", leads=1, answered=1, converted=0, won=0, amounts=()),
    ]
    assert [(one.name, one.leads) for one in leads_by(work.session, "source")] == [("Email", 3)]
    assert [(one.name, one.leads) for one in leads_by(work.session, "type")] == [("", 3)]


@pytest.mark.parametrize(("since", "count"), [(START, 2), (LATER, 1), (LATER + timedelta(seconds=1), 0)])
def test_only_leads_since_a_moment_count(work: Work, since, count: int) -> None:
    a_lead(work)
    a_lead(work, "c@three.example").created_at = LATER
    work.session.flush()

    assert sum(one.leads for one in leads_by(work.session, "source", since)) == count
