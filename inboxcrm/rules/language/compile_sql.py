"""Compiles a typed tree to an SQLAlchemy expression over the facts' columns, so that a sweep is one query.

Numbers, times and durations are all integers in the database (minor units, microseconds), so they are reckoned with
as integers: each side is written with its scale, and both are brought to the bigger one before they are compared. What
holds no column is reckoned out in Python. Null needs no care: SQL's own logic is the one that is wanted.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    String,
    and_,
    false,
    literal,
    not_,
    or_,
    true,
    type_coerce,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from inboxcrm.rules.language.facts import FactType
from inboxcrm.rules.language.functions import FUNCTIONS
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

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class find_text(FunctionElement[int]):
    """The place of a text in another from 1, or 0; capitals are minded, as LIKE does not on SQLite."""

    name = "find_text"
    type = Integer()
    inherit_cache = True


@compiles(find_text)
def _write_strpos(element: find_text, compiler: Any, **options: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **options)})"


@compiles(find_text, "sqlite")
def _write_instr(element: find_text, compiler: Any, **options: Any) -> str:
    return f"instr({compiler.process(element.clauses, **options)})"


def find_obstacle(tree: Node) -> str:
    """Return why a condition cannot be asked of the database, or an empty text."""
    for node in walk_tree(tree):
        if isinstance(node, FactUse) and node.fact.column is None:
            return f"'{node.name}' cannot be asked of the database"
        if isinstance(node, Lower) and not FUNCTIONS["lower"].in_database:
            return "'lower' cannot be asked of the database"
    return ""


def compile_sql(node: Node, now: datetime) -> ColumnElement[bool]:
    """Return the condition as SQL; the caller has made sure that `find_obstacle` finds nothing."""
    match node:
        case Not(item=item):
            return not_(compile_sql(item, now))
        case Junction(is_all=is_all, items=items):
            return (and_ if is_all else or_)(*[compile_sql(each, now) for each in items])
        case Compare(comparator=comparator, left=left, right=right):
            sides = _bring_together(left, right, now)
            return _as_condition(_OPERATORS[comparator](*sides))
        case IsEmpty(use=use, is_negated=is_negated):
            column = _column(use)
            return column.is_not(None) if is_negated else column.is_(None)
        case Contains(text=text, part=part):
            return find_text(_text_element(text, now), _text_element(part, now)) > 0
        case Among():
            return _compile_among(node, now)
        case FactUse():
            return _column(node)
        case Constant(value=value):
            return _as_condition(value)
    raise AssertionError(f"no condition: {node}")


def _compile_among(node: Among, now: datetime) -> ColumnElement[bool]:
    """Write IN; the item is brought to the scale of the longest decimal in the list."""
    scale = max(node.item.scale, *(each.scale for each in node.choices))
    item = _write_value(node.item, now, scale)
    listed = [_write_value(each, now, scale) for each in node.choices]
    if not isinstance(item, ColumnElement):
        return _as_condition((item in listed) is not node.is_negated)
    return item.not_in(listed) if node.is_negated else item.in_(listed)


def _as_condition(outcome: Any) -> ColumnElement[bool]:
    """Return a condition, also where both sides were known to Python."""
    if isinstance(outcome, bool):
        return true() if outcome else false()
    condition: ColumnElement[bool] = outcome
    return condition


def _bring_together(left: Value, right: Value, now: datetime) -> tuple[Any, Any]:
    scale = max(left.scale, right.scale)
    return _write_value(left, now, scale), _write_value(right, now, scale)


def _write_value(node: Value, now: datetime, scale: int) -> Any:
    """Return a column expression, or a plain value where there is no column; numbers as integers at `scale`."""
    match node:
        case FactUse():
            column = _column(node)
            return column if scale == node.scale else column * (scale // node.scale)
        case Now():
            return (now - _EPOCH) // _MICROSECOND
        case Constant(value=timedelta() as duration):
            return duration // _MICROSECOND
        case Constant(type=FactType.NUMBER, value=value):
            return int(Decimal(value) * scale)  # type: ignore[arg-type]
        case Constant(value=value):
            return value
        case Arithmetic(operator="*", left=left, right=right):
            product = _write_value(left, now, left.scale) * _write_value(right, now, right.scale)
            return product if scale == node.scale else product * (scale // node.scale)
        case Arithmetic(operator=sign, left=left, right=right):
            return _OPERATORS[sign](_write_value(left, now, scale), _write_value(right, now, scale))
    raise AssertionError(f"no value: {node}")


def _text_element(node: Value, now: datetime) -> ColumnElement[Any]:
    value = _write_value(node, now, 1)
    return literal(value, String()) if isinstance(value, str) else value


def _column(use: FactUse) -> ColumnElement[Any]:
    """Return the fact's column as plain integers or texts; its own type would turn our integers into times."""
    column = use.fact.column
    assert column is not None
    match use.type:
        case FactType.BOOL:
            return column
        case FactType.TEXT:
            return type_coerce(column, String())
    return type_coerce(column, BigInteger())
