"""Finds what can never hold: two parts joined by `and` that leave a fact no value.

    stage == 'Quote' and stage == 'Closure'      amount > 10 and amount < 5      owner is None and owner == 'anna'

Only what is sure is told: facts beside written-out values, or beside now and today by so many days.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from inboxcrm.rules.language.compile_python import compile_python, reckon_value
from inboxcrm.rules.language.facts import FactType
from inboxcrm.rules.language.tree import (
    Among,
    Arithmetic,
    Compare,
    Constant,
    FactUse,
    IsEmpty,
    Junction,
    Node,
    Not,
    Now,
    Value,
    has_facts,
    walk_tree,
)
from inboxcrm.rules.language.working_time import PLAIN

_CONTRARY = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)

Spoken = Mapping[int, tuple[str, ast.expr]]


@dataclass(frozen=True, slots=True)
class _Limit:
    """What one part leaves of a fact: a span, a list of values, values that are left out, or nothing but null."""

    name: str
    is_null: bool = False
    low: Any = None
    is_low_open: bool = False
    high: Any = None
    is_high_open: bool = False
    among: frozenset[Any] | None = None
    without: frozenset[Any] = frozenset()

    def meet(self, other: _Limit) -> _Limit:
        """Return what both leave."""
        low, is_low_open = max(
            ((each.low, each.is_low_open) for each in (self, other) if each.low is not None),
            default=(None, False),
        )
        high, shut = min(
            ((each.high, not each.is_high_open) for each in (self, other) if each.high is not None),
            default=(None, True),
        )
        lists = [each.among for each in (self, other) if each.among is not None]
        return _Limit(
            self.name,
            self.is_null,
            low,
            is_low_open,
            high,
            not shut,
            frozenset.intersection(*lists) if lists else None,
            self.without | other.without,
        )

    def is_void(self) -> bool:
        """Say whether no value is left."""
        if self.among is not None:
            return not any(self._allows(each) for each in self.among)
        if self.low is None or self.high is None:
            return False
        if self.low == self.high:
            return self.is_low_open or self.is_high_open or self.low in self.without
        return bool(self.low > self.high)

    def _allows(self, value: Any) -> bool:
        if value in self.without:
            return False
        if self.low is not None and (value < self.low or (self.is_low_open and value == self.low)):
            return False
        return self.high is None or not (value > self.high or (self.is_high_open and value == self.high))


def find_contradiction(tree: Node, spoken: Spoken) -> tuple[str, ast.expr] | None:
    """Return the words for a part that can never hold beside another one, and where it stands."""
    for junction in walk_tree(tree):
        if isinstance(junction, Junction) and junction.is_all and (found := _search(junction, spoken)):
            return found
    return None


def _search(junction: Junction, spoken: Spoken) -> tuple[str, ast.expr] | None:
    limits: dict[str, list[tuple[_Limit, str]]] = {}
    for item in _flatten(junction):
        if id(item) not in spoken:
            continue
        words, place = spoken[id(item)]
        if _is_never(item):
            return "this can never hold", place
        limit = _read_limit(item)
        if limit is None:
            continue
        earlier = limits.setdefault(limit.name, [])
        for other, said in earlier:
            if other.is_null is not limit.is_null or (not limit.is_null and limit.meet(other).is_void()):
                return f"this can never hold beside `{said}`", place
        joined = limit
        for other, _ in earlier:
            joined = joined.meet(other)
        if not limit.is_null and joined.is_void():
            return f"this can never hold beside what is said of '{limit.name}' before it", place
        earlier.append((limit, words))
    return None


def _flatten(junction: Junction) -> Iterator[Node]:
    for item in junction.items:
        if isinstance(item, Junction) and item.is_all:
            yield from _flatten(item)
        else:
            yield item


def _is_never(item: Node) -> bool:
    """Say whether a part with neither a fact nor the time in it is false."""
    is_fixed = not has_facts(item) and not any(isinstance(each, Now) for each in walk_tree(item))
    return is_fixed and not compile_python(item)({}, _SOME_DAY)


def _read_limit(item: Node) -> _Limit | None:
    """Return what a part leaves of its fact, or None if it speaks of more than one thing."""
    is_negated = isinstance(item, Not)
    match item.item if isinstance(item, Not) else item:
        case FactUse(name=name, type=FactType.BOOL):
            return _Limit(name, among=frozenset((not is_negated,)))
        case IsEmpty(use=use, is_negated=is_there, is_blank=False):
            return _Limit(use.name, is_null=True) if is_there is is_negated else _Limit(use.name)
        case Among(item=FactUse(name=name) as use, choices=choices, is_negated=is_outside):
            values = frozenset(each.value for each in choices)
            if is_outside is is_negated and use.type is not FactType.MONEY:
                return _Limit(name, among=values)
            return _Limit(name, without=values)
        case Compare(comparator=comparator, left=left, right=right):
            if isinstance(right, FactUse):
                left, right, comparator = right, left, _MIRRORED[comparator]  # type: ignore[assignment]
            if isinstance(left, FactUse) and _is_sure(right):
                sign = _CONTRARY[comparator] if is_negated else comparator
                return _LIMITS[sign](left.name, _to_order(right))
    return None


def _is_sure(node: Value) -> bool:
    """Say whether a value is written out, or so many days from now; what months make of today is not sure."""
    match node:
        case Constant(currency=""):
            return True
        case Now():
            return True
        case Arithmetic(left=Now(), right=Constant(type=FactType.DURATION)):
            return True
    return False


def _to_order(node: Value) -> Any:
    """Return a value that can be put in order with others of its fact; what hangs on now in days from now."""
    value = reckon_value(node, _SOME_DAY, PLAIN)
    if isinstance(value, datetime):
        return ("now", value - _SOME_DAY)
    if isinstance(value, date):
        hangs_on_now = any(isinstance(each, Now) for each in walk_tree(node))
        return ("now", timedelta(days=(value - _SOME_DAY.date()).days)) if hangs_on_now else ("on", value)
    return value


def _make_equal(name: str, value: Any) -> _Limit:
    return _Limit(name, low=value, high=value, among=frozenset((value,)))


_LIMITS: Mapping[str, Callable[[str, Any], _Limit]] = {
    "==": _make_equal,
    "!=": lambda name, value: _Limit(name, without=frozenset((value,))),
    "<": lambda name, value: _Limit(name, high=value, is_high_open=True),
    "<=": lambda name, value: _Limit(name, high=value),
    ">": lambda name, value: _Limit(name, low=value, is_low_open=True),
    ">=": lambda name, value: _Limit(name, low=value),
}
