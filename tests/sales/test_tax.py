"""IV-4: the tax table cell by cell as PROCESS says it for a Dutch seller; what it does not cover is never guessed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from inboxcrm.base.money import Money
from inboxcrm.sales.tax import EU, MixedCategories, TaxUndecided, Treatment, check_mix, place_of, tax_totals
from inboxcrm.sales.tax import tax_treatment as decide

HOME = Decimal(21)
SHIFTED = "VAT shifted to recipient according to article 44 and 196 of the European VAT Directive."
OUTSIDE = "No VAT according to article 44 and 59 of the European VAT Directive."
ASK = None
# (supply, buyer, place): category, rate, text; or to be asked.
CELLS = [
    ("service", "business", "home", ("S", 21, "")),
    ("service", "other", "home", ("S", 21, "")),
    ("goods", "business", "home", ("S", 21, "")),
    ("goods", "other", "home", ("S", 21, "")),
    ("digital", "business", "home", ("S", 21, "")),
    ("digital", "other", "home", ("S", 21, "")),
    ("service", "business", "EU", ("AE", 0, SHIFTED)),
    ("digital", "business", "EU", ("AE", 0, SHIFTED)),
    ("goods", "business", "EU", ASK),
    ("service", "other", "EU", ("S", 21, "")),
    ("goods", "other", "EU", ASK),
    ("digital", "other", "EU", ASK),
    ("service", "business", "outside", ("O", 0, OUTSIDE)),
    ("service", "other", "outside", ("O", 0, OUTSIDE)),
    ("goods", "business", "outside", ("G", 0, "")),
    ("goods", "other", "outside", ("G", 0, "")),
    ("digital", "business", "outside", ASK),
    ("digital", "other", "outside", ASK),
]


@pytest.mark.parametrize(("supply", "buyer", "place", "expected"), CELLS)
def test_the_tax_of_a_sale(supply: str, buyer: str, place: str, expected) -> None:
    if expected is ASK:
        with pytest.raises(TaxUndecided, match=f"{supply} to a buyer of kind '{buyer}' at place '{place}'"):
            decide(supply, buyer, place, HOME)
    else:
        category, rate, text = expected
        assert decide(supply, buyer, place, HOME) == Treatment(category, Decimal(rate), text)


@pytest.mark.parametrize(
    ("country", "place"),
    [("NL", "home"), ("DE", "EU"), ("GR", "EU"), ("HR", "EU"), ("GB", "outside"), ("CH", "outside"),
     ("NO", "outside"), ("US", "outside")],
)  # fmt: skip
def test_the_place_of_a_buyer_is_the_country_on_the_invoice(country: str, place: str) -> None:
    assert place_of(country, "NL") == place


def test_the_union_has_twenty_seven_countries() -> None:
    assert len(EU) == 27


def test_vat_is_computed_once_per_category_and_rate_on_the_sum() -> None:
    """V9, BR-CO-17: rounding line by line would give a cent more."""
    standard, export = Treatment("S", HOME), Treatment("G", Decimal(0))
    lines = [(standard, Money(50, "EUR"))] * 3 + [(export, Money(1000, "EUR"))]

    # Line by line: 0.50 x 21 % = 0.105 -> 0.11, three times 0.33; on the sum: 1.50 x 21 % = 0.315 -> 0.32.
    assert tax_totals(lines, "EUR") == [
        (standard, Money(150, "EUR"), Money(32, "EUR")),
        (export, Money(1000, "EUR"), Money(0, "EUR")),
    ]


def test_two_rates_are_two_sums() -> None:
    high, low = Treatment("S", HOME), Treatment("S", Decimal(9))

    totals = tax_totals([(high, Money(100, "EUR")), (low, Money(100, "EUR"))], "EUR")

    assert [(t.rate, amount.minor) for t, _, amount in totals] == [(HOME, 21), (Decimal(9), 9)]


def test_what_is_outside_the_scope_of_vat_stands_on_an_invoice_of_its_own() -> None:
    """IV-4 (BR-O-11): no other category may stand beside O; such an invoice is split by a person."""
    outside, export = Treatment("O", Decimal(0)), Treatment("G", Decimal(0))

    check_mix([outside, outside])
    check_mix([export, Treatment("S", HOME)])
    with pytest.raises(MixedCategories):
        check_mix([outside, export])
