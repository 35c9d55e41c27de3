"""Compiles a typed tree to an SQLAlchemy expression over the facts' columns, so that a sweep is one query.

Numbers, times and durations are all integers in the database (minor units, microseconds), so they are reckoned with
as integers: each side is written with its scale, and both are brought to the bigger one before they are compared. What
holds no fact is reckoned out in Python. Null needs little care: SQL's own logic is the one that is wanted; only where
a database would reckon with null otherwise (`least`), or where two currencies must be the same, a test is guarded.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    String,
    and_,
    case,
    func,
    literal,
    not_,
    or_,
    true,
    type_coerce,
)

from inboxcrm.rules.language import sql_functions as sql
from inboxcrm.rules.language.compile_python import reckon_value
from inboxcrm.rules.language.facts import FactType
from inboxcrm.rules.language.sql_values import (
    as_condition,
    column_of,
    column_of_fact,
    currency_element,
    microseconds_of,
    stored_as,
    write_empty,
    write_end_of_month,
    write_part,
    write_round,
)
from inboxcrm.rules.language.tree import (
    Among,
    Arithmetic,
    Call,
    Compare,
    FactUse,
    IsEmpty,
    Junction,
    Node,
    Not,
    Value,
    WorkTime,
    find_demands,
    find_nullable,
    has_facts,
    walk_tree,
)
from inboxcrm.rules.language.working_time import Calendars

_DAY = timedelta(days=1)
_DAY_IN_MICROSECONDS = _DAY // timedelta(microseconds=1)
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
_PARTS = {"year": sql.year_of, "month": sql.month_of, "day": sql.day_of}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def compile_sql(node: Node, now: datetime, calendars: Calendars) -> ColumnElement[bool]:
    """Return what is true in SQL exactly when the condition is; `find_obstacle` has found nothing in it."""
    return _Writer(now, calendars).write_true(node)


class _Writer:
    """Writes a condition for one moment and the calendars of one company."""

    def __init__(self, now: datetime, calendars: Calendars) -> None:
        self._now, self._calendars = now, calendars

    def write_true(self, node: Node) -> ColumnElement[bool]:
        """Return what is true exactly when the node is; where the node is false or null it may be either."""
        match node:
            case Not(item=item):
                return self.write_false(item)
            case Junction(is_all=is_all, items=items):
                return (and_ if is_all else or_)(*[self.write_true(each) for each in items])
        return self._guard(node, self._write_test(node))

    def write_false(self, node: Node) -> ColumnElement[bool]:
        """Return what is true exactly when the node is false."""
        match node:
            case Not(item=item):
                return self.write_true(item)
            case Junction(is_all=is_all, items=items):
                return (or_ if is_all else and_)(*[self.write_false(each) for each in items])
        return self._guard(node, not_(self._write_test(node)))

    def _guard(self, node: Node, test: ColumnElement[bool]) -> ColumnElement[bool]:
        guards = [
            currency_element(one) == currency_element(other)
            for one, other in sorted(find_demands(node), key=str)
        ]
        if any(_overlooks_null(each) for each in walk_tree(node)):
            guards += [column_of(use).is_not(None) for use in find_nullable(node).values()]
        return and_(*guards, test) if guards else test

    def _write_test(self, node: Node) -> ColumnElement[bool]:
        match node:
            case Compare():
                return self._compare(node)
            case IsEmpty():
                return write_empty(node)
            case Among():
                return self._compile_among(node)
        return as_condition(self._write_value(node, 1))

    def _compare(self, node: Compare) -> ColumnElement[bool]:
        left, right, comparator = node.left, node.right, str(node.comparator)
        if not has_facts(left):
            left, right, comparator = right, left, _MIRRORED[comparator]
        if moment := _moment_of_day(left):
            return self._compare_day(moment, comparator, reckon_value(right, self._now, self._calendars))
        scale = max(left.scale, right.scale)
        return as_condition(
            _OPERATORS[comparator](self._write_value(left, scale), self._write_value(right, scale))
        )

    def _compare_day(self, moment: Value, comparator: str, day: date) -> ColumnElement[bool]:
        """Write `date(moment) < day` without the zone's rules: as a comparison with when that day begins."""
        at = self._write_value(moment, 1)
        begin = microseconds_of(self._calendars.start_of(day))
        end = microseconds_of(self._calendars.start_of(day + _DAY)) if day < date.max else None
        before: ColumnElement[bool]
        not_after: ColumnElement[bool]
        before, not_after = at < begin, at < end if end else and_(at.is_not(None), true())
        match comparator:
            case "<":
                return before
            case "<=":
                return not_after
            case ">":
                return not_(not_after)
            case ">=":
                return not_(before)
            case "==":
                return and_(not_(before), not_after)
        return or_(before, not_(not_after))

    def _compile_among(self, node: Among) -> ColumnElement[bool]:
        """Write IN; the item is brought to the scale of the longest decimal in the list."""
        scale = max(node.item.scale, *(each.scale for each in node.choices))
        item = self._write_value(node.item, scale)
        listed = [self._write_value(each, scale) for each in node.choices]
        if not isinstance(item, ColumnElement):
            return as_condition((item in listed) is not node.is_negated)
        return item.not_in(listed) if node.is_negated else item.in_(listed)

    def _write_value(self, node: Node, scale: int) -> Any:
        """Return a column expression, or a plain value where there is no fact; numbers as integers at `scale`."""
        if not has_facts(node):
            return stored_as(reckon_value(node, self._now, self._calendars), scale)  # type: ignore[arg-type]
        match node:
            case FactUse():
                column = column_of(node)
                return column if scale == node.scale else column * (scale // node.scale)
            case Call():
                return self._write_call(node, scale)
            case (
                Arithmetic(right=WorkTime() as span, left=left)
                | Arithmetic(left=WorkTime() as span, right=left)
            ):
                return self._add_work(left, span, -1 if node.operator == "-" else 1)
            case Arithmetic(type=FactType.DATE):
                return self._shift(node)
            case Arithmetic(type=FactType.DURATION, left=left, right=right) if left.type is FactType.DATE:
                days = sql.days_between(self._write_day(left), self._write_day(right))
                return type_coerce(days, BigInteger()) * _DAY_IN_MICROSECONDS
            case Arithmetic(operator="*", left=left, right=right):
                product = self._write_value(left, left.scale) * self._write_value(right, right.scale)
                return product if scale == node.scale else product * (scale // node.scale)
            case Arithmetic(operator=sign, left=left, right=right):
                return _OPERATORS[sign](self._write_value(left, scale), self._write_value(right, scale))
        raise AssertionError(f"no value: {node}")

    def _add_work(self, at: Value, span: WorkTime, sign: int) -> Any:
        """Write a moment or day shifted by working time: one for each calendar that owners have."""
        default = self._reckon_work(at, span, sign, None)
        if span.owner is None:
            return default
        owners: dict[Any, list[str]] = {}
        for keys in self._calendars.groups():
            value = self._reckon_work(at, span, sign, keys[0])
            if value != default:
                owners.setdefault(value, []).extend(keys)
        kind = Date() if isinstance(default, date) else BigInteger()
        column = column_of_fact(span.owner)
        whens = [(column.in_(keys), literal(value, kind)) for value, keys in owners.items()]
        return case(*whens, else_=literal(default, kind)) if whens else default

    def _reckon_work(self, at: Value, span: WorkTime, sign: int, owner: str | None) -> Any:
        by_one = WorkTime(span.hours, span.days, owner)
        moment = Arithmetic(at.type, "-" if sign < 0 else "+", at, by_one)
        return stored_as(reckon_value(moment, self._now, self._calendars), 1)

    def _shift(self, node: Arithmetic) -> Any:
        day, span = (node.left, node.right) if node.left.type is FactType.DATE else (node.right, node.left)
        count = reckon_value(span, self._now, self._calendars)
        is_months = span.type is FactType.MONTHS
        if not is_months:
            count //= _DAY
        if node.operator == "-":
            count = -count
        write = sql.shift_months if is_months else sql.shift_days
        return write(self._write_day(day), literal(count, Integer()))

    def _write_day(self, node: Value) -> ColumnElement[Any]:
        value = self._write_value(node, 1)
        return value if isinstance(value, ColumnElement) else literal(value, Date())

    def _write_text(self, node: Value) -> ColumnElement[Any]:
        value = self._write_value(node, 1)
        return value if isinstance(value, ColumnElement) else literal(value, String())

    def _write_call(self, node: Call, scale: int) -> Any:
        match node:
            case Call(name="contains" | "starts_with" | "ends_with", values=(text, part)):
                return write_part(node.name, self._write_text(text), self._write_text(part))
            case Call(name="any_of" | "all_of", values=(texts, *words)):
                held: list[Any] = [
                    sql.has_word(column_of_fact(texts), self._write_text(word)) for word in words
                ]
                return (and_ if node.name == "all_of" else or_)(*held)
            case Call(name="year" | "month" | "day", values=(day,)):
                number = type_coerce(_PARTS[node.name](self._write_day(day)), BigInteger())
                return number if scale == 1 else number * scale
            case Call(name="start_of_month" | "end_of_month", values=(day,)):
                return write_end_of_month(node.name, self._write_day(day))
            case Call(name="min" | "max", values=values):
                write = sql.least_of if node.name == "min" else sql.most_of
                some = [self._element(each, node.type, scale) for each in values]
                return type_coerce(write(*some), some[0].type)
            case Call(name="abs", values=(value,)):
                return func.abs(self._write_value(value, scale), type_=BigInteger())
            case Call(name="round", values=(value,)):
                return write_round(self._write_value(value, value.scale), value.scale, scale)
            case Call(name="coalesce", values=(use, default)):
                some = [self._element(each, node.type, scale) for each in (use, default)]
                return type_coerce(func.coalesce(*some), some[0].type)
        raise AssertionError(f"no call: {node}")

    def _element(self, node: Value, kind: FactType, scale: int) -> ColumnElement[Any]:
        value = self._write_value(node, scale)
        if isinstance(value, ColumnElement):
            return value
        if kind is FactType.BOOL:
            return as_condition(value)
        types: dict[FactType, Any] = {FactType.TEXT: String(), FactType.DATE: Date()}
        written: ColumnElement[Any] = literal(value, types.get(kind, BigInteger()))
        return written


def _overlooks_null(node: Node) -> bool:
    """Say whether PostgreSQL gives a value for null: `least` and `greatest` leave it out."""
    if isinstance(node, Call):
        return node.name in ("min", "max")
    return isinstance(node, Arithmetic) and node.type is FactType.DATE


def _moment_of_day(node: Value) -> Value | None:
    """Return t of `date(t)`."""
    return node.values[0] if isinstance(node, Call) and node.name == "date" and has_facts(node) else None
