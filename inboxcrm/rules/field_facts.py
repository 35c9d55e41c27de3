"""Fields of the company's own as facts of leads and deals: `field_size` (OP-14)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from inboxcrm.base.money import PRICE_SCALE
from inboxcrm.crm.facts import FIELD_OWNERS, field_column
from inboxcrm.rules.language.facts import Fact, FactType

if TYPE_CHECKING:
    from inboxcrm.base.settings_people import CustomField

PREFIX = "field_"
# A number is compared as an amount is: with plain numbers.
TYPES = {
    "text": FactType.TEXT,
    "choice": FactType.TEXT,
    "number": FactType.MONEY,
    "amount": FactType.MONEY,
    "date": FactType.DATE,
}
_COLUMNS = {FactType.TEXT: "text", FactType.DATE: "day"}


def field_facts(kind: str, fields: Iterable[CustomField]) -> dict[str, Fact]:
    """Give the facts of a kind of record that these fields are: its own, and those of its person and company."""
    owners = FIELD_OWNERS.get(kind, {})
    return {
        f"{PREFIX}{one.name}": Fact(
            TYPES[one.type],
            is_nullable=True,
            column=field_column(kind, one.record, one.name, _COLUMNS.get(TYPES[one.type], "number_e4")),
            doc=one.words,
            scale=PRICE_SCALE if TYPES[one.type] is FactType.MONEY else 1,
            choices=one.choices,
        )
        for one in fields
        if one.record in owners and one.type in TYPES
    }
