"""What a paper is made of: the checked shape of a frozen document's canonical JSON (V8, V9, QU-1, IV-1 to IV-6).

Amounts are decimal strings that were computed when the document was frozen. Nothing is computed here, but a paper
whose figures do not add up is refused: totals equal the sum of what is printed (V9). Fields that this module does
not know are left alone, so that the frozen JSON may carry more than the paper shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

Amount = Annotated[str, Field(pattern=r"^-?[0-9]{1,18}(\.[0-9]{1,6})?$")]
CurrencyCode = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
DateText = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
TaxCategory = Literal["S", "Z", "E", "AE", "K", "G", "O", "L", "M"]
"""EN 16931 (UNCL 5305): standard, zero, exempt, reverse charge, intra-community, export, outside, IGIC, IPSI."""


class PaperContentError(ValueError):
    """The content cannot be set as a paper; `field` is the dotted way to the value that is wrong."""

    def __init__(self, field: str, fault: str) -> None:
        super().__init__(f"the content of the paper is wrong at {field}: {fault}")
        self.field = field
        self.fault = fault


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


class Seller(_Part):
    """Who issues the paper; an empty text leaves its line out."""

    name: Annotated[str, Field(min_length=1)]
    address: list[str]
    country: str
    vat_number: str
    register_number: str
    iban: str
    email: str


class Buyer(_Part):
    """Whom the paper is for: a firm, or a person of whom a quote may know no more than the mail address."""

    name: str
    contact: str | None
    address: list[str]
    country: str
    vat_number: str | None
    email: str | None


class Line(_Part):
    """One row of the table; `net` is the rounded amount of the whole line."""

    position: int
    product: str
    description: str
    quantity: Amount
    unit: str
    unit_price: Amount
    net: Amount
    tax_category: TaxCategory | None  # None where VAT is open: it is decided when the invoice is issued
    tax_rate: Amount | None


class Tax(_Part):
    """VAT of one category and rate over all lines, with the legal text that must be printed."""

    category: TaxCategory
    rate: Amount
    base: Amount
    amount: Amount
    text: str


class PaperContent(_Part):
    """A frozen document as it is printed."""

    kind: Literal["quote", "order", "invoice"]
    number: Annotated[str, Field(min_length=1)]
    revision: int
    issued_on: DateText
    valid_until: DateText | None
    due_on: DateText | None
    seller: Seller
    buyer: Buyer
    currency: CurrencyCode
    reference: str | None
    origin: str | None
    lines: Annotated[list[Line], Field(min_length=1)]
    taxes: list[Tax]
    net: Amount
    tax: Amount
    total: Amount
    terms: str


def check_content(content: Mapping[str, Any]) -> PaperContent:
    """The content in its checked shape. Raises PaperContentError, which names the first field that is wrong."""
    try:
        paper = PaperContent.model_validate(dict(content))
    except ValidationError as faults:
        first = faults.errors(include_url=False, include_input=False)[0]
        raise PaperContentError(".".join(map(str, first["loc"])), first["msg"]) from faults
    _check_dates(paper)
    _check_sums(paper)
    _check_buyer(paper)
    if paper.kind == "invoice" and Decimal(paper.total) > 0 and not paper.seller.iban.strip():
        raise PaperContentError("seller.iban", "an invoice says where to pay")
    return paper


def _check_dates(paper: PaperContent) -> None:
    for field in ("issued_on", "valid_until", "due_on"):
        text = getattr(paper, field)
        try:
            date.fromisoformat(text or "2000-01-01")
        except ValueError as fault:
            raise PaperContentError(field, f"{text} is not a day of the calendar") from fault


def _check_buyer(paper: PaperContent) -> None:
    buyer = paper.buyer
    known = [buyer.name] if paper.kind == "invoice" else [buyer.name, buyer.contact or "", buyer.email or ""]
    if not any(text.strip() for text in known):
        raise PaperContentError("buyer.name", "nobody is named")


def _check_sums(paper: PaperContent) -> None:
    # A quote or order may leave VAT open: then its lines name no category and its total is the net.
    is_before_tax = paper.kind != "invoice" and not paper.taxes
    bases = [paper.net] if is_before_tax else [tax.base for tax in paper.taxes]
    sums = (
        ("net", paper.net, [line.net for line in paper.lines], "the sum of the lines"),
        ("net", paper.net, bases, "the sum of the bases of VAT"),
        ("tax", paper.tax, [tax.amount for tax in paper.taxes], "the sum of VAT"),
        ("total", paper.total, [paper.net, paper.tax], "net and tax"),
    )
    for field, stated, parts, meaning in sums:
        summed = sum(map(Decimal, parts), Decimal(0))
        if Decimal(stated) != summed:
            raise PaperContentError(field, f"{stated} is not {meaning}, {summed}")
