"""Which leads are big: by users, amount or employees, in the languages that customers write (LD-6)."""

from __future__ import annotations

import time

import pytest

from inboxcrm.base.settings_leads import BigFrom
from inboxcrm.base.work import Work
from inboxcrm.crm.big_lead import Named, is_big, numbers_named
from tests.build import a_lead


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("We need 250 licences for our office.", Named(users=250)),
        ("For 1,200 users, 40 of them in Ghent", Named(users=1200)),
        ("We are a company of 600 employees and need 20 seats", Named(users=20, employees=600)),
        ("wij zijn met 1.200 medewerkers en zoeken 300 licenties", Named(users=300, employees=1200)),
        ("Wir brauchen 150 Lizenzen für 2.000 Mitarbeiter", Named(users=150, employees=2000)),
        ("Il nous faut 120 licences pour 400 salariés", Named(users=120, employees=400)),
        ("Our budget is € 30.000 for this year", Named(amount=30000)),
        ("a budget of 30k EUR", Named(amount=30000)),
        ("around $25,000.00", Named(amount=25000)),
        ("call me at +31 20 555 12 34, order 4711, on 24-11-2026", Named()),
        ("100% of users", Named()),
        ("250 of our users", Named(users=250)),
        ("we have 3 offices. 900 users", Named(users=900)),
        ("", Named()),
    ],
)
def test_numbers_are_read_with_what_they_count(text: str, named: Named) -> None:
    assert numbers_named(text) == named


@pytest.mark.parametrize(
    ("big_from", "need", "details", "expected"),
    [
        (BigFrom(), "9,999 users, EUR 900,000", None, False),
        (BigFrom(users=100), "100 users", None, True),
        (BigFrom(users=100), "99 users", None, False),
        (BigFrom(users=100), "see the form", {"count": "250"}, True),
        (BigFrom(amount=25000), "EUR 25,000", None, True),
        (BigFrom(employees=500), "500 employees", None, True),
        (BigFrom(users=100), "EUR 25,000", None, False),
    ],
)
def test_a_lead_is_big_from_what_is_configured(
    work: Work, big_from: BigFrom, need: str, details: dict[str, object] | None, expected: bool
) -> None:
    lead = a_lead(work)
    lead.need, lead.details = need, details

    assert is_big(big_from, lead) is expected


@pytest.mark.parametrize("text", ["1" * 5000, "1." * 2500, "1 " * 2500, "9,999" * 1000, "12 users " * 600])
def test_no_text_takes_long(text: str) -> None:
    """V13: foreign text costs linear time."""
    began = time.process_time()

    numbers_named(text)

    assert time.process_time() - began < 1
