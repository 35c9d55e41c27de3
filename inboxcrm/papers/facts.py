"""The strings that a layout prints: checked content, made harmless and formatted.

Layouts only place what stands here; they compute nothing and read nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Container
from functools import cache
from pathlib import Path
from typing import Any

from inboxcrm.papers.content import Buyer, Line, PaperContent, Seller, Tax
from inboxcrm.papers.printed import (
    decimal_places,
    grouped_amount,
    grouped_iban,
    harmless_text,
    one_line,
    shortened_number,
    spelled_day,
)

_TAX_NAMES = {
    "S": "VAT", "Z": "VAT, zero rated", "E": "VAT, exempt", "AE": "VAT, reverse charge (AE)",
    "K": "VAT, intra-community supply (K)", "G": "VAT, export (G)", "O": "Outside the scope of VAT (O)",
    "L": "IGIC", "M": "IPSI",
}  # fmt: skip


def paper_facts(paper: PaperContent, covered: Container[int], templates: Path) -> dict[str, Any]:
    """What the layouts in `templates` are given, ready for JSON. `covered`: the code points that the font can show."""

    def line(text: str | None) -> str:
        return one_line(text or "", covered)

    def lines(text: str) -> str:
        return harmless_text(text, covered)

    countries = _country_names(templates / "countries.json")
    seller = _party_facts(paper.seller, line, countries)
    sender = [seller["name"], *(line(text) for text in paper.seller.address)]
    return {
        "kind": paper.kind,
        "number": line(paper.number),
        "revision": str(paper.revision),
        "issued_on": spelled_day(paper.issued_on),
        "valid_until": spelled_day(paper.valid_until) if paper.valid_until else "",
        "due_on": spelled_day(paper.due_on) if paper.due_on else "",
        "reference": line(paper.reference),
        "origin": line(paper.origin),
        "seller": seller | _bank_facts(paper.seller, line) | {"sender": " · ".join(filter(None, sender))},
        "buyer": _party_facts(paper.buyer, line, countries) | _addressee(paper.buyer, line),
        "lines": [_line_facts(row, line, lines) for row in paper.lines],
        "taxes": [_tax_facts(tax, lines) for tax in paper.taxes],
        "is_taxed": "yes" if paper.taxes else "",
        "terms": lines(paper.terms),
    } | _sum_facts(paper)


def _party_facts(
    party: Seller | Buyer, line: Callable[[str | None], str], countries: dict[str, str]
) -> dict[str, Any]:
    country = line(party.country)
    address = [printed for text in party.address if (printed := line(text))]
    return {
        "name": line(party.name),
        "address": [*address, countries.get(country.upper(), country)] if country else address,
        "vat_number": line(party.vat_number),
        "email": line(party.email),
    }


def _addressee(buyer: Buyer, line: Callable[[str | None], str]) -> dict[str, str]:
    """Firm and person of the address, each once; the mail address where neither has a name."""
    name, contact = line(buyer.name), line(buyer.contact)
    return {
        "name": name or contact or line(buyer.email),
        "contact": contact if name and contact != name else "",
    }


def _bank_facts(seller: Seller, line: Callable[[str | None], str]) -> dict[str, str]:
    return {"iban": grouped_iban(line(seller.iban)), "register_number": line(seller.register_number)}


def _line_facts(row: Line, line: Callable[[str | None], str], lines: Callable[[str], str]) -> dict[str, str]:
    return {
        "position": str(row.position),
        "product": line(row.product),
        "description": lines(row.description),
        "quantity": shortened_number(row.quantity),
        "unit": line(row.unit),
        "unit_price": shortened_number(row.unit_price, decimal_places(row.net)),
        "tax": _rate_label(row.tax_category, row.tax_rate),
        "net": grouped_amount(row.net),
    }


def _tax_facts(tax: Tax, lines: Callable[[str], str]) -> dict[str, str]:
    name = _TAX_NAMES[tax.category]
    rate = f" {shortened_number(tax.rate)} %" if tax.category in ("S", "L", "M") else ""
    return {
        "label": f"{name}{rate} on {grouped_amount(tax.base)}",
        "amount": grouped_amount(tax.amount),
        "text": lines(tax.text),
    }


def _sum_facts(paper: PaperContent) -> dict[str, str]:
    return {
        "currency": paper.currency,
        "net": grouped_amount(paper.net),
        "total": grouped_amount(paper.total),
        "is_payable": "yes" if _is_positive(paper.total) else "",
    }


def _is_positive(amount: str) -> bool:
    return not amount.startswith("-") and amount.strip("0.") != ""


def _rate_label(category: str | None, rate: str | None) -> str:
    if category is None or rate is None:
        return "–"
    printed = f"{shortened_number(rate)} %"
    return printed if category == "S" else f"{category} {printed}"


@cache
def _country_names(file: Path) -> dict[str, str]:
    """English names by ISO 3166 code (Unicode CLDR), kept in a file so that a paper is the same with every library."""
    names: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return names
