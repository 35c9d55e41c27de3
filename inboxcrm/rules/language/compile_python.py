"""Compiles a typed tree to one Python function.

Null is carried out of the way instead of computed with: `make_true` builds what is True exactly when the condition
is true in SQL's three-valued logic, `make_false` what is True exactly when it is false; for null neither is. A
comparison is guarded once for each nullable fact in it:

    is_open and not last_activity_at < now - days(7)
    values['is_open'] and ((v0 := values['last_activity_at']) is not None and not v0 < now - c0)
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any

from inboxcrm.rules.language.facts import FactType
from inboxcrm.rules.language.pattern import compile_pattern
from inboxcrm.rules.language.reckoning import RECKONING
from inboxcrm.rules.language.tree import (
    Among,
    Arithmetic,
    Call,
    Compare,
    Constant,
    FactUse,
    IsEmpty,
    Junction,
    Node,
    Not,
    Now,
    Value,
    WorkTime,
    find_demands,
    find_nullable,
    has_facts,
)
from inboxcrm.rules.language.working_time import PLAIN, Calendars

Holds = Callable[..., bool]  # of the values by name, an aware now, and the calendars

_OPERATORS = {"+": ast.Add, "-": ast.Sub, "*": ast.Mult}
_COMPARATORS = {"==": ast.Eq, "!=": ast.NotEq, "<": ast.Lt, "<=": ast.LtE, ">": ast.Gt, ">=": ast.GtE}
_SHIFTED = (FactType.TIME, FactType.DATE)


def compile_python(tree: Node) -> Holds:
    """Return `holds(values, now, calendars=PLAIN)`: whether the condition is true.

    `values` are the facts by name, `now` is aware.
    """
    writer = _Writer()
    return _build(writer, writer.make_true(tree))


def reckon_value(node: Value, now: datetime, calendars: Calendars) -> Any:
    """Return what a value is that is the same for every record."""
    return node.value if isinstance(node, Constant) else _reckoner(node)({}, now, calendars)


@lru_cache(maxsize=2000)
def _reckoner(node: Value) -> Callable[..., Any]:
    writer = _Writer()
    return _build(writer, writer.make_value(node))


def _build(writer: _Writer, body: ast.expr) -> Callable[..., Any]:
    function = ast.parse("def holds(values, now, calendars=PLAIN): pass").body[0]
    assert isinstance(function, ast.FunctionDef)
    function.body = [ast.Return(body)]
    module = ast.fix_missing_locations(ast.Module([function], []))
    scope: dict[str, Any] = {"__builtins__": {}, "PLAIN": PLAIN, **RECKONING, **writer.constants}
    exec(compile(module, "<condition>", "exec"), scope)  # noqa: S102 - the tree is ours, built node by node
    holds: Callable[..., Any] = scope["holds"]
    return holds


class _Writer:
    """Writes the function; `constants` are the values that have no literal of their own."""

    def __init__(self) -> None:
        self.constants: dict[str, Any] = {}
        self._bound: dict[str, str] = {}

    def make_true(self, node: Node) -> ast.expr:
        """Build what is True exactly when the node is true."""
        match node:
            case Not(item=item):
                return self.make_false(item)
            case Junction(is_all=is_all, items=items):
                return ast.BoolOp(ast.And() if is_all else ast.Or(), [self.make_true(each) for each in items])
            case FactUse(fact=fact):
                read = self._read(node)
                return ast.Compare(read, [ast.Is()], [ast.Constant(True)]) if fact.is_nullable else read
        return self._guard(node, self._make_test)

    def make_false(self, node: Node) -> ast.expr:
        """Build what is True exactly when the node is false."""
        match node:
            case Not(item=item):
                return self.make_true(item)
            case Junction(is_all=is_all, items=items):
                return ast.BoolOp(
                    ast.Or() if is_all else ast.And(), [self.make_false(each) for each in items]
                )
            case FactUse(fact=fact) if fact.is_nullable:
                return ast.Compare(self._read(node), [ast.Is()], [ast.Constant(False)])
        return self._guard(node, lambda each: ast.UnaryOp(ast.Not(), self._make_test(each)))

    def _guard(self, node: Node, make: Callable[[Node], ast.expr]) -> ast.expr:
        """Put before a test what must be so lest it be null: facts that have a value, currencies that are the same."""
        if isinstance(node, IsEmpty):
            return make(node)
        demands = sorted(find_demands(node), key=str)
        nullable = find_nullable(node)
        for use in (each for pair in demands for each in pair if isinstance(each, FactUse)):
            if use.fact.is_nullable:
                nullable[use.name] = use
        guards: list[ast.expr] = []
        for name, use in nullable.items():
            variable = f"v{len(self._bound)}"
            bind = ast.NamedExpr(ast.Name(variable, ast.Store()), self._read(use))
            guards.append(ast.Compare(bind, [ast.IsNot()], [ast.Constant(None)]))
            self._bound[name] = variable
        for one, other in demands:
            guards.append(ast.Compare(self._currency(one), [ast.Eq()], [self._currency(other)]))
        test = make(node)
        for name in nullable:
            del self._bound[name]
        return ast.BoolOp(ast.And(), [*guards, test]) if guards else test

    def _currency(self, currency: FactUse | str) -> ast.expr:
        return self._read(currency) if isinstance(currency, FactUse) else ast.Constant(currency)

    def _make_test(self, node: Node) -> ast.expr:
        """Build a test whose facts are not None."""
        match node:
            case Compare(comparator=comparator, left=left, right=right):
                return ast.Compare(
                    self.make_value(left), [_COMPARATORS[comparator]()], [self.make_value(right)]
                )
            case Among(item=item, choices=choices, is_negated=is_negated):
                listed = self._name_constant(tuple(each.value for each in choices))
                return ast.Compare(self.make_value(item), [ast.NotIn() if is_negated else ast.In()], [listed])
            case IsEmpty(use=use, is_negated=is_negated, is_blank=is_blank):
                read = self._read(use)
                if is_blank and use.type in (FactType.TEXT, FactType.TEXTS):
                    return ast.UnaryOp(ast.Not(), ast.UnaryOp(ast.Not(), read) if is_negated else read)
                operator = ast.IsNot() if is_negated else ast.Is()
                return ast.Compare(read, [operator], [ast.Constant(None)])
            case FactUse() | Constant() | Call():
                return self.make_value(node)
        raise AssertionError(f"no test: {node}")

    def make_value(self, node: Value) -> ast.expr:
        """Build a value of which no fact is None."""
        match node:
            case FactUse():
                return self._read(node)
            case Now(type=FactType.DATE):
                return _call("day_of", ast.Name("calendars", ast.Load()), ast.Name("now", ast.Load()))
            case Now():
                return ast.Name("now", ast.Load())
            case Constant(value=bool() | str() | int() as value):
                return ast.Constant(value)
            case Constant(value=value):
                return self._name_constant(value)
            case Call():
                return self._make_call(node)
            case Arithmetic():
                return self._make_sum(node)
        raise AssertionError(f"no value: {node}")

    def _make_call(self, node: Call) -> ast.expr:
        match node:
            case Call(name="coalesce", values=(FactUse() as use, default)):
                read = self._read(use)
                is_none = ast.Compare(read, [ast.Is()], [ast.Constant(None)])
                return ast.IfExp(is_none, self.make_value(default), read)
            case Call(name="matches", values=(text, Constant(value=pattern))):
                compiled = self._name_constant(compile_pattern(str(pattern)))
                return _call("is_found", compiled, self.make_value(text))
            case Call(name="date", values=(moment,)):
                return _call("day_of", ast.Name("calendars", ast.Load()), self.make_value(moment))
            case Call(name="business_hours_between", values=(start, end, WorkTime(owner=owner))):
                return self._ask_calendar("work_between", owner, self.make_value(start), self.make_value(end))
            case Call(name="any_of" | "all_of", values=(texts, *words)):
                some = [
                    ast.Compare(self.make_value(word), [ast.In()], [self.make_value(texts)]) for word in words
                ]
                junction = ast.And() if node.name == "all_of" else ast.Or()
                return some[0] if len(some) == 1 else ast.BoolOp(junction, list(some))
        return _call(f"f_{node.name}", *[self.make_value(each) for each in node.values])

    def _ask_calendar(self, name: str, owner: FactUse | str | None, *values: ast.expr) -> ast.expr:
        """Write a question to the calendar of the record's owner."""
        whose = self._read(owner) if isinstance(owner, FactUse) else ast.Constant(owner)
        return _call(name, ast.Name("calendars", ast.Load()), whose, *values)

    def _make_sum(self, node: Arithmetic) -> ast.expr:
        first, second = node.left, node.right
        if node.type in _SHIFTED and first.type not in _SHIFTED:
            first, second = second, first
        left = self.make_value(first)
        if isinstance(second, WorkTime):
            sign = -1 if node.operator == "-" else 1
            amount = self._name_constant((sign * second.hours, sign * second.days))
            return self._ask_calendar("add_work", second.owner, left, amount)
        right = self.make_value(second)
        if node.type not in _SHIFTED or not (has_facts(node) or node.type is FactType.DATE):
            return ast.BinOp(left, _OPERATORS[node.operator](), right)
        if node.operator == "-":
            right = ast.UnaryOp(ast.USub(), right)
        name = "shift_months" if second.type is FactType.MONTHS else "shift"
        return _call("shift_day" if name == "shift" and node.type is FactType.DATE else name, left, right)

    def _read(self, use: FactUse) -> ast.expr:
        variable = self._bound.get(use.name)
        if variable is not None:
            return ast.Name(variable, ast.Load())
        return ast.Subscript(ast.Name("values", ast.Load()), ast.Constant(use.name), ast.Load())

    def _name_constant(self, value: object) -> ast.expr:
        name = f"c{len(self.constants)}"
        self.constants[name] = value
        return ast.Name(name, ast.Load())


def _call(name: str, *values: ast.expr) -> ast.expr:
    return ast.Call(ast.Name(name, ast.Load()), list(values), [])
