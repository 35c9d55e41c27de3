"""Reads what is to be quoted: `20 x standard, 2 x training`, with the codes of the price list."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.sales.content import Ordered, UnknownProduct

if TYPE_CHECKING:
    from inboxcrm.base.settings import Settings

ITEM = re.compile(
    r"^(\d{1,7}(?:\.\d{1,4})?)[ \t]{0,5}(?:x|\*|×|pcs|units?)?[ \t]{0,5}([A-Za-z][\w.-]{0,39})$",
    re.IGNORECASE,
)
BETWEEN = re.compile(r"[ \t]{0,5}(?:,|;|\+|\band\b)[ \t]{0,5}")


class QuoteUnreadable(Refused):
    """Words that name no list of products; says what was understood and shows one right example."""

    def __init__(self, understood: list[str], unclear: str, settings: Settings) -> None:
        example = settings.product[0].code if settings.product else "standard"
        got = f"I understood {', '.join(understood)}, but not" if understood else "I did not understand"
        super().__init__(f"{got} {unclear!r}; write such as: quote 20 x {example}. No quote was made.")


def read_items(text: str, settings: Settings) -> list[Ordered]:
    """Read `20 x standard, 2 x training`; raises QuoteUnreadable or UnknownProduct, and then nothing is made."""
    ordered: list[Ordered] = []
    for part in BETWEEN.split(text.strip().rstrip(".")):
        match = ITEM.match(part.strip())
        if match is None or Decimal(match[1]) <= 0:
            raise QuoteUnreadable([f"{o.quantity:f} x {o.product.code}" for o in ordered], part, settings)
        product = settings.product_by_code(match[2])
        if product is None:
            raise UnknownProduct(match[2], settings)
        ordered.append(Ordered(Decimal(match[1]), product))
    return ordered
