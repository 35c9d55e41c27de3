"""The tax decision: a table, never a guess (IV-4). Shipped for a Dutch seller; the user's tax adviser confirms it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from inboxcrm.base.errors import Refused
from inboxcrm.base.money import Money, percentage

EU = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905
)
SHIFTED = "VAT shifted to recipient according to article 44 and 196 of the European VAT Directive."
OUTSIDE = "No VAT according to article 44 and 59 of the European VAT Directive."
HOME_RATE = None  # the configured standard rate


@dataclass(frozen=True, slots=True)
class Treatment:
    """An EN 16931 category with its rate in percent (None: the home rate) and the text that the law asks for."""

    category: str
    rate: Decimal | None
    text: str = ""


# (supply, buyer, place) -> treatment; what is not here is asked.
TREATMENTS = {
    ("service", "business", "home"): Treatment("S", HOME_RATE),
    ("service", "other", "home"): Treatment("S", HOME_RATE),
    ("goods", "business", "home"): Treatment("S", HOME_RATE),
    ("goods", "other", "home"): Treatment("S", HOME_RATE),
    ("digital", "business", "home"): Treatment("S", HOME_RATE),
    ("digital", "other", "home"): Treatment("S", HOME_RATE),
    ("service", "business", "EU"): Treatment("AE", Decimal(0), SHIFTED),
    ("digital", "business", "EU"): Treatment("AE", Decimal(0), SHIFTED),
    ("service", "other", "EU"): Treatment("S", HOME_RATE),
    ("service", "business", "outside"): Treatment("O", Decimal(0), OUTSIDE),
    ("service", "other", "outside"): Treatment("O", Decimal(0), OUTSIDE),
    ("goods", "business", "outside"): Treatment("G", Decimal(0)),
    ("goods", "other", "outside"): Treatment("G", Decimal(0)),
}


class TaxUndecided(Refused):
    """No row of the table covers this sale."""

    def __init__(self, supply: str, buyer: str, place: str) -> None:
        super().__init__(f"no tax rule covers {supply} to a buyer of kind {buyer!r} at place {place!r}")


class MixedCategories(Refused):
    """An invoice on which a sale outside the scope of VAT would stand beside another (BR-O-11 of EN 16931)."""

    def __init__(self) -> None:
        super().__init__(
            "services outside the scope of VAT cannot stand on one invoice with goods; split the order"
        )


def check_mix(treatments: Iterable[Treatment]) -> None:
    """Pass if these categories may stand on one invoice; raises MixedCategories (IV-4)."""
    categories = {treatment.category for treatment in treatments}
    if "O" in categories and len(categories) > 1:
        raise MixedCategories


def place_of(country: str, home: str) -> str:
    """Give where a buyer is, as the tax table counts it."""
    if country == home:
        return "home"
    return "EU" if country in EU else "outside"


def tax_treatment(supply: str, buyer: str, place: str, home_rate: Decimal) -> Treatment:
    """Give the treatment of one line; raises TaxUndecided rather than guess."""
    found = TREATMENTS.get((supply, buyer, place))
    if found is None:
        raise TaxUndecided(supply, buyer, place)
    return Treatment(found.category, home_rate if found.rate is None else found.rate, found.text)


def tax_totals(
    lines: Iterable[tuple[Treatment, Money]], currency: str
) -> list[tuple[Treatment, Money, Money]]:
    """Give (treatment, base, tax) per category and rate: VAT is computed once on their sum (BR-CO-17)."""
    bases: dict[Treatment, Money] = {}
    for treatment, net in lines:
        bases[treatment] = bases.get(treatment, Money(0, currency)) + net
    return [(t, base, percentage(base, t.rate or Decimal(0))) for t, base in bases.items()]
