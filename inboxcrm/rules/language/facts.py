"""The facts that conditions see: their types, and the columns they stand in.

A fact has one name in conditions, in texts and in the list of facts. In Python a fact is a plain value (bool, str,
int, Decimal, aware UTC datetime, date, timedelta, a set of texts as a tuple, or None if it is nullable); in the
database it is a column: times and durations as integer microseconds, money as integer minor units (V9), days as
dates, a set of texts as a JSON list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement


class FactType(StrEnum):
    """The types of the rule language; the value is how a fault names it."""

    BOOL = "a yes or no"
    TEXT = "a text"
    INT = "a whole number"
    MONEY = "an amount of money"
    TIME = "a time"
    DURATION = "a duration"
    NUMBER = "a number"  # of written-out numbers only: it goes with whole numbers and with money
    DATE = "a day"
    TEXTS = "a set of texts"
    MONTHS = "a number of months"  # of months(n) and years(n) only: how long they are depends on the day
    WORKTIME = "a working time"  # of business_hours(n) and business_days(n) only


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: its type, whether it may be empty, and its column if it can be asked of the database.

    `scale` is the number of minor units in one unit of money (100 for EUR, 1 for JPY), `currency` the name of the fact
    beside it that says its currency. `choices` are the only values that a text fact, or a member of a set of texts,
    can have, so that a misspelt one is found when the rule is loaded.
    """

    type: FactType
    is_nullable: bool = False
    column: ColumnElement[Any] | None = field(default=None, compare=False)
    doc: str = ""
    scale: int = 1
    choices: tuple[str, ...] = ()
    currency: str = ""


@dataclass(frozen=True, slots=True)
class FactTable:
    """The facts of one kind of record, such as `opportunity`."""

    kind: str
    facts: Mapping[str, Fact]

    def find_name(self, name: str) -> str | None:
        """Return the name under which the fact is listed: `amount` and `opportunity.amount` are the same fact."""
        for candidate in (name, name.removeprefix(f"{self.kind}."), f"{self.kind}.{name}"):
            if candidate in self.facts:
                return candidate
        return None
