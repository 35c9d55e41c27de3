"""Compiles a typed tree to one Python function.

Null is carried out of the way instead of computed with: `_make_true` builds what is True exactly when the condition
is true in SQL's three-valued logic, `_make_false` what is True exactly when it is false; for null neither is. A
comparison is guarded once for each nullable fact in it:

    is_open and not last_activity_at < now - days(7)
    values['is_open'] and ((v0 := values['last_activity_at']) is not None and not v0 < now - c0)
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from inboxcrm.rules.language.facts import FactType
from inboxcrm.rules.language.tree import (
    Among,
    Arithmetic,
    Compare,
    Constant,
    Contains,
    FactUse,
    IsEmpty,
    Junction,
    Lower,
    Node,
    Not,
    Now,
    Value,
    walk_tree,
)

Holds = Callable[[Mapping[str, object], datetime], bool]

_OPERATORS = {"+": ast.Add, "-": ast.Sub, "*": ast.Mult}
_COMPARATORS = {"==": ast.Eq, "!=": ast.NotEq, "<": ast.Lt, "<=": ast.LtE, ">": ast.Gt, ">=": ast.GtE}
_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)


def compile_python(tree: Node) -> Holds:
    """Return `holds(values, now)`: whether the condition is true, given the facts by name and an aware `now`."""
    writer = _Writer()
    body = ast.Return(writer.make_true(tree))
    function = ast.parse("def holds(values, now): pass").body[0]
    assert isinstance(function, ast.FunctionDef)
    function.body = [body]
    module = ast.fix_missing_locations(ast.Module([function], []))
    scope: dict[str, Any] = {"__builtins__": {}, "shift": shift_time} | writer.constants
    exec(compile(module, "<condition>", "exec"), scope)  # noqa: S102 - the tree is ours, built node by node
    holds: Holds = scope["holds"]
    return holds


def shift_time(moment: datetime, duration: timedelta) -> datetime:
    """Add a duration; beyond the calendar's ends stay at the end (a forged date must not stop a sweep)."""
    try:
        return moment + duration
    except OverflowError:
        return _LAST if duration > timedelta(0) else _FIRST


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
        """Put `is not None` for every nullable fact before a test that would stumble over None."""
        if isinstance(node, IsEmpty):
            return make(node)
        nullable = {
            each.name: each for each in walk_tree(node) if isinstance(each, FactUse) and each.fact.is_nullable
        }
        guards: list[ast.expr] = []
        for name, use in nullable.items():
            variable = f"v{len(self._bound)}"
            bind = ast.NamedExpr(ast.Name(variable, ast.Store()), self._read(use))
            guards.append(ast.Compare(bind, [ast.IsNot()], [ast.Constant(None)]))
            self._bound[name] = variable
        test = make(node)
        for name in nullable:
            del self._bound[name]
        return ast.BoolOp(ast.And(), [*guards, test]) if guards else test

    def _make_test(self, node: Node) -> ast.expr:
        """Build a test whose facts are not None."""
        match node:
            case Compare(comparator=comparator, left=left, right=right):
                return ast.Compare(
                    self._make_value(left), [_COMPARATORS[comparator]()], [self._make_value(right)]
                )
            case Among(item=item, choices=choices, is_negated=is_negated):
                listed = self._name_constant(tuple(each.value for each in choices))
                return ast.Compare(
                    self._make_value(item), [ast.NotIn() if is_negated else ast.In()], [listed]
                )
            case IsEmpty(use=use, is_negated=is_negated):
                operator = ast.IsNot() if is_negated else ast.Is()
                return ast.Compare(self._read(use), [operator], [ast.Constant(None)])
            case Contains(text=text, part=part):
                return ast.Compare(self._make_value(part), [ast.In()], [self._make_value(text)])
            case FactUse() | Constant():
                return self._make_value(node)
        raise AssertionError(f"no test: {node}")

    def _make_value(self, node: Value) -> ast.expr:
        match node:
            case FactUse():
                return self._read(node)
            case Now():
                return ast.Name("now", ast.Load())
            case Constant(value=bool() | str() | int() as value):
                return ast.Constant(value)
            case Constant(value=value):
                return self._name_constant(value)
            case Lower(text=text):
                return ast.Call(ast.Attribute(self._make_value(text), "lower", ast.Load()), [], [])
            case Arithmetic():
                return self._make_sum(node)
        raise AssertionError(f"no value: {node}")

    def _make_sum(self, node: Arithmetic) -> ast.expr:
        left, right = self._make_value(node.left), self._make_value(node.right)
        has_fact = any(isinstance(each, FactUse) for each in walk_tree(node))
        if node.type is not FactType.TIME or not has_fact:
            return ast.BinOp(left, _OPERATORS[node.operator](), right)
        if node.left.type is FactType.DURATION:
            left, right = right, left
        if node.operator == "-":
            right = ast.UnaryOp(ast.USub(), right)
        return ast.Call(ast.Name("shift", ast.Load()), [left, right], [])

    def _read(self, use: FactUse) -> ast.expr:
        variable = self._bound.get(use.name)
        if variable is not None:
            return ast.Name(variable, ast.Load())
        return ast.Subscript(ast.Name("values", ast.Load()), ast.Constant(use.name), ast.Load())

    def _name_constant(self, value: object) -> ast.expr:
        name = f"c{len(self.constants)}"
        self.constants[name] = value
        return ast.Name(name, ast.Load())
