"""The typed tree of a condition: what the checker makes and both compilers read.

Everything that is no yes or no is null when a fact in it is null, but for what `coalesce` and `is_empty` look at. What
compares amounts of two currencies is null unless these are the same (`find_demands`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from inboxcrm.rules.language.facts import Fact, FactType

Comparator = Literal["==", "!=", "<", "<=", ">", ">="]
Operator = Literal["+", "-", "*"]
ConstantValue = bool | str | int | Decimal | timedelta | date


@dataclass(frozen=True, slots=True)
class Constant:
    """A value written out in the condition; `scale` as of a fact: 100 for a number with two decimals.

    `currency` is the code of an amount that was written with one.
    """

    type: FactType
    value: ConstantValue
    scale: int = 1
    currency: str = ""


@dataclass(frozen=True, slots=True)
class FactUse:
    """A fact, by its name in the table; an amount knows the fact beside it that says its currency."""

    name: str
    fact: Fact
    beside: FactUse | None = None

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
    """The time that is handed in, or its day by the company's clock."""

    type: FactType = FactType.TIME
    scale: int = 1


@dataclass(frozen=True, slots=True)
class WorkTime:
    """So much working time, by the calendar of the record's owner (or of one known owner, by his key).

    `owner` is None for the company's.
    """

    hours: int
    days: int
    owner: FactUse | str | None
    type: FactType = FactType.WORKTIME
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
class Call:
    """A function of the table with its values."""

    name: str
    values: tuple[Value, ...]
    type: FactType
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
    """A fact that has no value (or has one); `is_blank` lets a text or set without anything in it count as none."""

    use: FactUse
    is_negated: bool
    is_blank: bool = False
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


Value = Constant | FactUse | Now | WorkTime | Arithmetic | Call
Test = Compare | Among | IsEmpty | Not | Junction
Node = Value | Test


def children_of(node: Node) -> tuple[Node, ...]:
    """Return what stands directly below a node, left to right."""
    match node:
        case Arithmetic(left=left, right=right) | Compare(left=left, right=right):
            return (left, right)
        case Call(values=values):
            return values
        case Among(item=item) | IsEmpty(use=item) | Not(item=item):
            return (item,)
        case Junction(items=items):
            return items
    return ()


def walk_tree(node: Node) -> Iterator[Node]:
    """Yield the node and all below it, left to right."""
    yield node
    for each in children_of(node):
        yield from walk_tree(each)


def has_facts(node: Node) -> bool:
    """Say whether a node differs from record to record."""
    return any(
        isinstance(each, FactUse) or (isinstance(each, WorkTime) and isinstance(each.owner, FactUse))
        for each in walk_tree(node)
    )


def facts_of_tree(node: Node) -> Iterator[FactUse]:
    """Yield every fact that is looked at: also the owners of working time, and the currencies that are compared."""
    for each in walk_tree(node):
        if isinstance(each, FactUse):
            yield each
        elif isinstance(each, WorkTime) and isinstance(each.owner, FactUse):
            yield each.owner
    for one, other in find_demands(node):
        yield from (each for each in (one, other) if isinstance(each, FactUse))


def find_nullable(test: Node) -> dict[str, FactUse]:
    """Return the facts that make a test null when they are; what coalesce looks at does not."""
    found: dict[str, FactUse] = {}
    waiting: list[Node] = [test]
    while waiting:
        node = waiting.pop()
        if isinstance(node, FactUse) and node.fact.is_nullable:
            found[node.name] = node
        below = children_of(node)
        waiting.extend(reversed(below[1:] if isinstance(node, Call) and node.name == "coalesce" else below))
    return found


Currency = FactUse | str | None  # the fact that says it, its code, or "" of an amount of which nobody knows
Demand = tuple[FactUse | str, FactUse | str]


def currency_of(node: Node) -> Currency:
    """Return the currency of an amount; None of a plain number, which goes with every currency."""
    match node:
        case Constant(type=FactType.MONEY, currency=code):
            return code
        case FactUse(type=FactType.MONEY, beside=beside):
            return beside or ""
        case Arithmetic(type=FactType.MONEY) | Call(type=FactType.MONEY):
            known = [each for each in map(currency_of, children_of(node)) if each is not None]
            return next((each for each in known if each), known[0] if known else None)
    return None


def find_demands(test: Node) -> set[Demand]:
    """Return the pairs of currencies that must be the same, lest a test be null."""
    found: set[Demand] = set()
    for node in walk_tree(test):
        if isinstance(node, Compare | Arithmetic | Call):
            first: FactUse | str = ""
            for other in map(currency_of, children_of(node)):
                if other and first and other != first:
                    found.add((first, other))
                first = first or other or ""
        if isinstance(node, Among):
            item = currency_of(node.item)
            found |= {(item, each.currency) for each in node.choices if item and each.currency}
    return {(one, other) for one, other in found if one != other}
