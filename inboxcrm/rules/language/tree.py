"""The typed tree of a condition: what the checker makes and both compilers read.

Everything that is no yes or no is null when a fact in it is null, because no operation of the language removes null.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Literal

from inboxcrm.rules.language.facts import Fact, FactType

Comparator = Literal["==", "!=", "<", "<=", ">", ">="]
Operator = Literal["+", "-", "*"]
ConstantValue = bool | str | int | Decimal | timedelta


@dataclass(frozen=True, slots=True)
class Constant:
    """A value written out in the condition; `scale` as of a fact: 100 for a number with two decimals."""

    type: FactType
    value: ConstantValue
    scale: int = 1


@dataclass(frozen=True, slots=True)
class FactUse:
    """A fact, by its name in the table."""

    name: str
    fact: Fact

    @property
    def type(self) -> FactType:
        """Return the fact's type."""
        return self.fact.type

    @property
    def scale(self) -> int:
        """Return the fact's minor units in one unit."""
        return self.fact.scale


@dataclass(frozen=True, slots=True)
class Now:
    """The time that is handed in."""

    type: FactType = FactType.TIME
    scale: int = 1


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Two values added, subtracted or multiplied."""

    type: FactType
    operator: Operator
    left: Value
    right: Value
    scale: int = 1


@dataclass(frozen=True, slots=True)
class Lower:
    """A text in small letters."""

    text: Value
    type: FactType = FactType.TEXT
    scale: int = 1


@dataclass(frozen=True, slots=True)
class Compare:
    """Two values of one type compared."""

    comparator: Comparator
    left: Value
    right: Value
    type: FactType = FactType.BOOL


@dataclass(frozen=True, slots=True)
class Among:
    """A value that is one of the written-out ones (or none of them)."""

    item: Value
    choices: tuple[Constant, ...]
    is_negated: bool
    type: FactType = FactType.BOOL


@dataclass(frozen=True, slots=True)
class IsEmpty:
    """A fact that has no value (or has one)."""

    use: FactUse
    is_negated: bool
    type: FactType = FactType.BOOL


@dataclass(frozen=True, slots=True)
class Contains:
    """A text that holds another one, capitals minded."""

    text: Value
    part: Value
    type: FactType = FactType.BOOL


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary; of null, null."""

    item: Node
    type: FactType = FactType.BOOL


@dataclass(frozen=True, slots=True)
class Junction:
    """All of the items, or any of them."""

    is_all: bool
    items: tuple[Node, ...]
    type: FactType = FactType.BOOL


Value = Constant | FactUse | Now | Arithmetic | Lower
Test = Compare | Among | IsEmpty | Contains | Not | Junction
Node = Value | Test


def walk_tree(node: Node) -> Iterator[Node]:
    """Yield the node and all below it, left to right."""
    yield node
    match node:
        case Arithmetic(left=left, right=right) | Compare(left=left, right=right):
            below: tuple[Node, ...] = (left, right)
        case Contains(text=text, part=part):
            below = (text, part)
        case Lower(text=item) | Among(item=item) | IsEmpty(use=item) | Not(item=item):
            below = (item,)
        case Junction(items=items):
            below = items
        case _:
            below = ()
    for each in below:
        yield from walk_tree(each)
