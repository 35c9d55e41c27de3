"""What a document says, as plain values: built once, hashed, and frozen (V8)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from inboxcrm.base.errors import Refused
from inboxcrm.base.money import PRICE_SCALE, Money, line_net
from inboxcrm.base.settings import Company, Product, Settings
from inboxcrm.sales.tax import Treatment, tax_totals


@dataclass(frozen=True, slots=True)
class Ordered:
    """So many of a product."""

    quantity: Decimal
    product: Product


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who buys, as it stands on the paper."""

    name: str
    contact: str
    email: str
    address: tuple[str, ...] = ()
    country: str = ""
    vat_number: str | None = None


class UnknownProduct(Refused):
    """A word that is no product of the price list."""

    def __init__(self, word: str, settings: Settings) -> None:
        known = ", ".join(p.code for p in settings.product) or "none is configured"
        super().__init__(f"there is no product {word!r}; the price list has: {known}")


def price_e4(product: Product) -> int:
    """Give a product's unit price in ten-thousandths."""
    return int((product.price * PRICE_SCALE).to_integral_exact())


def plain_lines(ordered: Sequence[Ordered], currency: str) -> list[dict[str, Any]]:
    """Give the lines of a document with their net amounts, as plain values without tax."""
    return [
        {
            "position": position,
            "product": item.product.code,
            "description": item.product.description,
            "quantity": f"{item.quantity:f}",
            "unit": item.product.unit,
            "unit_price": f"{Decimal(price_e4(item.product)) / PRICE_SCALE:.4f}",
            "net": line_net(item.quantity, price_e4(item.product), currency).plain(),
            "supply": item.product.supply,
            "billing": item.product.billing,
        }
        for position, item in enumerate(ordered, start=1)
    ]


def net_total(lines: Sequence[dict[str, Any]], currency: str) -> Money:
    """Give the sum of the lines as they are printed."""
    return sum((Money.of(Decimal(line["net"]), currency) for line in lines), Money(0, currency))


def build_content(
    kind: str,
    *,
    number: str,
    revision: int,
    dates: dict[str, str | None],
    company: Company,
    email: str,
    buyer: Buyer,
    lines: Sequence[dict[str, Any]],
    treatments: Sequence[Treatment] | None,
    currency: str,
    reference: str | None,
    origin: str | None,
    terms: str,
) -> dict[str, Any]:
    """Build a document's whole content. Without treatments (a quote) there is no tax and the total is the net."""
    per_line: list[Treatment | None] = list(treatments) if treatments else [None] * len(lines)
    printed = [_printed(line, treatment) for line, treatment in zip(lines, per_line, strict=True)]
    net = net_total(lines, currency)
    nets = [Money.of(Decimal(line["net"]), currency) for line in lines]
    taxes = tax_totals(zip(treatments, nets, strict=True), currency) if treatments else []
    tax = sum((amount for _, _, amount in taxes), Money(0, currency))
    return {
        "kind": kind,
        "number": number,
        "revision": revision,
        "issued_on": dates["issued_on"],
        "valid_until": dates.get("valid_until"),
        "due_on": dates.get("due_on"),
        "seller": _seller(company, email),
        "buyer": _buyer(buyer),
        "currency": currency,
        "reference": reference,
        "origin": origin,
        "lines": printed,
        "taxes": [
            {
                "category": t.category,
                "rate": f"{t.rate:f}",
                "base": b.plain(),
                "amount": a.plain(),
                "text": t.text,
            }
            for t, b, a in taxes
        ],
        "net": net.plain(),
        "tax": tax.plain(),
        "total": (net + tax).plain(),
        "terms": terms,
    }


def _printed(line: dict[str, Any], treatment: Treatment | None) -> dict[str, Any]:
    kept = {k: v for k, v in line.items() if k not in ("supply", "billing")}
    category, rate = (treatment.category, f"{treatment.rate:f}") if treatment else (None, None)
    return kept | {"tax_category": category, "tax_rate": rate}


def _seller(company: Company, email: str) -> dict[str, Any]:
    return {
        "name": company.name,
        "address": list(company.address),
        "country": company.country,
        "vat_number": company.vat_number,
        "register_number": company.register_number,
        "iban": company.iban,
        "email": email,
    }


def _buyer(buyer: Buyer) -> dict[str, Any]:
    return {
        "name": buyer.name,
        "contact": buyer.contact,
        "address": list(buyer.address),
        "country": buyer.country,
        "vat_number": buyer.vat_number,
        "email": buyer.email,
    }


def content_hash(content: dict[str, Any]) -> str:
    """Give the SHA-256 of a content's canonical JSON."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
