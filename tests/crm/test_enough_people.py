"""A big deal that rests on one person is a task of its owner, until there are enough people (OP-12)."""

from __future__ import annotations

import pytest

from inboxcrm.base.work import Work
from inboxcrm.crm.box import note_contact
from inboxcrm.crm.enough_people import check_people, people_needed
from inboxcrm.crm.people import find_or_make_contact
from inboxcrm.crm.records import Opportunity
from inboxcrm.crm.role import give_role
from inboxcrm.crm.store import open_tasks_of_box
from tests.build import an_opportunity, on_both_databases


def wanted(work: Work, deal: Opportunity) -> list[tuple[str, str]]:
    return [(one.owner, one.text) for one in open_tasks_of_box(work.session, deal.box_id, "errand")]


@pytest.mark.parametrize(
    ("minor", "currency", "needed"),
    [
        (None, "EUR", 1),
        (2_499_999, "EUR", 1),
        (2_500_000, "EUR", 2),
        (9_999_999, "EUR", 2),
        (10_000_000, "EUR", 3),
        (90_000_000, "JPY", 1),
    ],
)
def test_the_amount_says_how_many_people_are_needed(work: Work, minor, currency, needed) -> None:
    deal = an_opportunity(work)
    deal.amount_minor, deal.currency = minor, currency

    assert people_needed(work.settings, deal) == needed


@on_both_databases
def test_the_owner_is_asked_once_and_the_task_closes_itself(work: Work) -> None:
    deal = an_opportunity(work)
    deal.amount_minor = 3_000_000
    for _ in range(2):
        check_people(work, deal.box)
    assert wanted(work, deal) == [
        ("anna", "Find a second person at the customer: EUR 30,000.00 rests on Bob")
    ]

    note_contact(work, deal.box, find_or_make_contact(work, "carol@acme.example", "Carol"))
    check_people(work, deal.box)
    assert wanted(work, deal) == []

    deal.amount_minor = 10_000_000
    check_people(work, deal.box)
    assert wanted(work, deal) == [
        ("anna", "Find a third person at the customer: EUR 100,000.00 rests on Bob, Carol")
    ]
    give_role(
        work, deal.box, find_or_make_contact(work, "d@acme.example", "D"), "billing", is_everywhere=False
    )
    check_people(work, deal.box)
    assert wanted(work, deal) == []


def test_a_deal_that_became_smaller_or_was_closed_asks_nobody(work: Work) -> None:
    deal = an_opportunity(work)
    deal.amount_minor = 3_000_000
    check_people(work, deal.box)
    deal.amount_minor = 100
    check_people(work, deal.box)
    assert wanted(work, deal) == []

    deal.amount_minor, deal.state = 3_000_000, "Closed Lost"
    check_people(work, deal.box)
    assert wanted(work, deal) == []
