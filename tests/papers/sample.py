"""A whole document's content, to be changed by each test as it needs."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal

ISSUED_AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)

_LINE = {
    "position": 1, "product": "standard", "description": "Standard plan, one year", "quantity": "20",
    "unit": "user", "unit_price": "49.0000", "net": "980.00", "tax_category": "S", "tax_rate": "21",
}  # fmt: skip
_QUOTE = {
    "kind": "quote",
    "number": "Q-2026-0001",
    "revision": 1,
    "issued_on": "2026-11-22",
    "valid_until": "2026-12-22",
    "due_on": None,
    "seller": {
        "name": "Northlight Software B.V.", "address": ["Keizersgracht 123", "1015 CJ Amsterdam"], "country": "NL",
        "vat_number": "NL001234567B01", "register_number": "KvK 12345678", "iban": "NL91ABNA0417164300",
        "email": "sales@northlight.example",
    },
    "buyer": {
        "name": "Metalcraft GmbH", "contact": "Anna Berger", "address": ["Industriestraße 5", "80331 München"],
        "country": "DE", "vat_number": "DE123456789", "email": "a.berger@metalcraft.example",
    },
    "currency": "EUR",
    "reference": "PO 4711",
    "origin": None,
    "lines": [_LINE],
    "taxes": [{"category": "S", "rate": "21", "base": "980.00", "amount": "205.80", "text": ""}],
    "net": "980.00",
    "tax": "205.80",
    "total": "1185.80",
    "terms": "Prices hold until the day above.",
}  # fmt: skip


def quote_content(**changes):
    """The content of a quote of one line, with these fields in place of its own."""
    return deepcopy(_QUOTE) | changes


def invoice_content(**changes):
    """The content of an invoice of one line, with these fields in place of its own."""
    own = {"kind": "invoice", "number": "INV-2026-0042", "valid_until": None, "due_on": "2026-12-22"}
    return quote_content(**(own | changes))


def one_line(**changes):
    """The line of the sample, changed, as the list of lines."""
    return [_LINE | changes]


def long_invoice(count):
    """An invoice of so many lines without VAT (reverse charge)."""
    lines = [
        _LINE | {"position": n, "product": f"item-{n:03}", "description": f"Part number {n} of the delivery",
                 "quantity": "1", "unit_price": "10.0000", "net": "10.00", "tax_category": "AE", "tax_rate": "0"}
        for n in range(1, count + 1)
    ]  # fmt: skip
    net = str(Decimal("10.00") * count)
    tax = {"category": "AE", "rate": "0", "base": net, "amount": "0.00", "text": "VAT shifted to recipient."}
    return invoice_content(lines=lines, taxes=[tax], net=net, tax="0.00", total=net)
