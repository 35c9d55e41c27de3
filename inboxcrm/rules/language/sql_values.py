"""Values, columns and small conditions as a database has them: numbers, times and durations are all integers there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    String,
    and_,
    case,
    false,
    func,
    literal,
    not_,
    true,
    type_coerce,
)

from inboxcrm.rules.language import sql_functions as sql
from inboxcrm.rules.language.facts import FactType
from inboxcrm.rules.language.tree import FactUse, IsEmpty

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def write_empty(node: IsEmpty) -> ColumnElement[bool]:
    """Write that a fact has no value, or no letter."""
    column = column_of(node.use)
    if not node.is_blank or node.use.type not in (FactType.TEXT, FactType.TEXTS):
        return column.is_not(None) if node.is_negated else column.is_(None)
    is_blank = func.coalesce(column, "").in_(("", "[]") if node.use.type is FactType.TEXTS else ("",))
    return not_(is_blank) if node.is_negated else is_blank


def write_part(name: str, text: ColumnElement[Any], part: ColumnElement[Any]) -> ColumnElement[bool]:
    """Write that a text holds another, or begins or ends with it."""
    if name == "contains":
        return sql.find_text(text, part) > 0
    length = func.length(part)
    if name == "starts_with":
        return func.substr(text, 1, length) == part
    # Where the text is shorter, the two databases would count from different ends.
    begin = func.length(text) - length + 1
    return and_(func.length(text) >= length, func.substr(text, begin) == part)


def write_end_of_month(name: str, day: ColumnElement[Any]) -> ColumnElement[Any]:
    """Write the first or the last day of a month."""
    return (sql.first_of_month if name == "start_of_month" else sql.last_of_month)(day)


def write_round(value: Any, scale: int, wanted: int) -> Any:
    """Round integers of a scale to whole units, a half away from nothing, and write them at the wanted scale."""
    whole = sql.whole_part(value, literal(scale, BigInteger()))
    units = case((value < 0, -whole), else_=whole)
    return units if wanted == 1 else units * wanted


def as_condition(outcome: Any) -> ColumnElement[bool]:
    """Return a condition, also where both sides were known to Python."""
    if isinstance(outcome, bool):
        return true() if outcome else false()
    condition: ColumnElement[bool] = outcome
    return condition


def stored_as(value: Any, scale: int) -> Any:
    """Return a plain value as the database has it: numbers as integers at a scale, times in microseconds."""
    match value:
        case bool() | str():
            return value
        case int() | Decimal():
            return int(Decimal(value) * scale)
        case datetime():
            return microseconds_of(value)
        case timedelta():
            return value // _MICROSECOND
    return value


def microseconds_of(at: datetime) -> int:
    """Return a moment as the database has it."""
    return (at - _EPOCH) // _MICROSECOND


def currency_element(currency: FactUse | str) -> Any:
    """Return the fact that says a currency, or its code."""
    return column_of(currency) if isinstance(currency, FactUse) else literal(currency, String())


def column_of_fact(node: object) -> ColumnElement[Any]:
    """Return the column of what the checker has let be nothing but a fact."""
    assert isinstance(node, FactUse)
    return column_of(node)


def column_of(use: FactUse) -> ColumnElement[Any]:
    """Return the fact's column as plain integers or texts; its own type would turn our integers into times."""
    column = use.fact.column
    assert column is not None
    match use.type:
        case FactType.BOOL:
            return column
        case FactType.TEXT | FactType.TEXTS:
            return type_coerce(column, String())
        case FactType.DATE:
            return type_coerce(column, Date())
    return type_coerce(column, BigInteger())
