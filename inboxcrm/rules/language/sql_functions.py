"""Functions that the two databases write differently, with one meaning: that of `reckoning`.

Days are clamped to the years 1 to 9999, as Python's are. On SQLite a day is a text such as '2027-01-31'.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, Date, Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

_FIRST, _LAST = "'0001-01-01'", "'9999-12-31'"


class find_text(FunctionElement[int]):
    """The place of a text in another from 1, or 0; capitals are minded, as LIKE does not on SQLite."""

    name = "find_text"
    type = Integer()
    inherit_cache = True


class has_word(FunctionElement[bool]):
    """Whether a JSON list of texts holds a text."""

    name = "has_word"
    type = Boolean()
    inherit_cache = True


class shift_days(FunctionElement[Any]):
    """A day so many days later (or earlier)."""

    name = "shift_days"
    type = Date()
    inherit_cache = True


class shift_months(FunctionElement[Any]):
    """The same day so many months later, or the last one of that month."""

    name = "shift_months"
    type = Date()
    inherit_cache = True


class days_between(FunctionElement[int]):
    """How many days the first day is after the second."""

    name = "days_between"
    type = Integer()
    inherit_cache = True


class year_of(FunctionElement[int]):
    """The year of a day."""

    name = "year_of"
    type = Integer()
    inherit_cache = True
    parts = ("year", "%Y")


class month_of(year_of):
    """The month of a day."""

    name = "month_of"
    inherit_cache = True
    parts = ("month", "%m")


class day_of(year_of):
    """The day of a day's month."""

    name = "day_of"
    inherit_cache = True
    parts = ("day", "%d")


class first_of_month(FunctionElement[Any]):
    """The first day of a day's month."""

    name = "first_of_month"
    type = Date()
    inherit_cache = True


class last_of_month(FunctionElement[Any]):
    """The last day of a day's month."""

    name = "last_of_month"
    type = Date()
    inherit_cache = True


class whole_part(FunctionElement[int]):
    """An integer without its sign, divided by a scale and rounded, a half up."""

    name = "whole_part"
    type = BigInteger()
    inherit_cache = True


class least_of(FunctionElement[Any]):
    """The least of several values; null if one is, on both databases, as the caller guards them."""

    name = "least_of"
    inherit_cache = True


class most_of(FunctionElement[Any]):
    """The most of several values."""

    name = "most_of"
    inherit_cache = True


def _written(element: Any, compiler: Any, options: dict[str, Any]) -> list[str]:
    return [compiler.process(each, **options) for each in element.clauses]


@compiles(find_text)
def _(element: find_text, compiler: Any, **options: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **options)})"


@compiles(find_text, "sqlite")
def _(element: find_text, compiler: Any, **options: Any) -> str:
    return f"instr({compiler.process(element.clauses, **options)})"


@compiles(has_word)
def _(element: has_word, compiler: Any, **options: Any) -> str:
    texts, word = _written(element, compiler, options)
    return f"(CAST({texts} AS jsonb) @> to_jsonb(CAST({word} AS text)))"


@compiles(has_word, "sqlite")
def _(element: has_word, compiler: Any, **options: Any) -> str:
    texts, word = _written(element, compiler, options)
    # Of a null list nobody knows what it holds; the subquery alone would say that it holds nothing.
    return f"(CASE WHEN {texts} IS NOT NULL THEN {word} IN (SELECT value FROM json_each({texts})) END)"


@compiles(shift_days)
def _(element: shift_days, compiler: Any, **options: Any) -> str:
    day, count = _written(element, compiler, options)
    return f"least(greatest({day} + CAST({count} AS integer), DATE {_FIRST}), DATE {_LAST})"


@compiles(shift_days, "sqlite")
def _(element: shift_days, compiler: Any, **options: Any) -> str:
    day, count = _written(element, compiler, options)
    return _clamped(f"date({day}, ({count}) || ' days')", day, count)


@compiles(shift_months)
def _(element: shift_months, compiler: Any, **options: Any) -> str:
    day, count = _written(element, compiler, options)
    shifted = f"CAST({day} + make_interval(months => CAST({count} AS integer)) AS date)"
    return f"least(greatest({shifted}, DATE {_FIRST}), DATE {_LAST})"


@compiles(shift_months, "sqlite")
def _(element: shift_months, compiler: Any, **options: Any) -> str:
    day, count = _written(element, compiler, options)
    month = f"date({day}, 'start of month', ({count}) || ' months')"
    shifted = (
        f"min(date({month}, (strftime('%d', {day}) - 1) || ' days'), date({month}, '+1 month', '-1 day'))"
    )
    return _clamped(shifted, day, count)


def _clamped(shifted: str, day: str, count: str) -> str:
    """Stay within the years that Python has; SQLite tells of others as null, or with a sign."""
    beyond = f"CASE WHEN ({count}) > 0 THEN {_LAST} ELSE {_FIRST} END"
    return f"(CASE WHEN {day} IS NOT NULL THEN coalesce(max({shifted}, {_FIRST}), {beyond}) END)"


@compiles(days_between)
def _(element: days_between, compiler: Any, **options: Any) -> str:
    first, second = _written(element, compiler, options)
    return f"CAST({first} - {second} AS bigint)"


@compiles(days_between, "sqlite")
def _(element: days_between, compiler: Any, **options: Any) -> str:
    first, second = _written(element, compiler, options)
    return f"CAST(julianday({first}) - julianday({second}) AS integer)"


@compiles(year_of)
def _(element: year_of, compiler: Any, **options: Any) -> str:
    return f"CAST(extract({element.parts[0]} FROM {compiler.process(element.clauses, **options)}) AS integer)"


@compiles(year_of, "sqlite")
def _(element: year_of, compiler: Any, **options: Any) -> str:
    return f"CAST(strftime('{element.parts[1]}', {compiler.process(element.clauses, **options)}) AS integer)"


@compiles(first_of_month)
def _(element: first_of_month, compiler: Any, **options: Any) -> str:
    return f"CAST(date_trunc('month', {compiler.process(element.clauses, **options)}) AS date)"


@compiles(first_of_month, "sqlite")
def _(element: first_of_month, compiler: Any, **options: Any) -> str:
    return f"date({compiler.process(element.clauses, **options)}, 'start of month')"


@compiles(last_of_month)
def _(element: last_of_month, compiler: Any, **options: Any) -> str:
    day = compiler.process(element.clauses, **options)
    return f"CAST(date_trunc('month', {day}) + INTERVAL '1 month' - INTERVAL '1 day' AS date)"


@compiles(last_of_month, "sqlite")
def _(element: last_of_month, compiler: Any, **options: Any) -> str:
    day = compiler.process(element.clauses, **options)
    found = f"date({day}, 'start of month', '+1 month', '-1 day')"  # null in the last month that SQLite knows
    return f"coalesce({found}, CASE WHEN {day} IS NOT NULL THEN {_LAST} END)"


@compiles(whole_part)
def _(element: whole_part, compiler: Any, **options: Any) -> str:
    value, scale = _written(element, compiler, options)
    return f"((abs({value}) + {scale} / 2) / {scale})"


@compiles(least_of)
def _(element: least_of, compiler: Any, **options: Any) -> str:
    return f"least({compiler.process(element.clauses, **options)})"


@compiles(least_of, "sqlite")
def _(element: least_of, compiler: Any, **options: Any) -> str:
    return f"min({compiler.process(element.clauses, **options)})"


@compiles(most_of)
def _(element: most_of, compiler: Any, **options: Any) -> str:
    return f"greatest({compiler.process(element.clauses, **options)})"


@compiles(most_of, "sqlite")
def _(element: most_of, compiler: Any, **options: Any) -> str:
    return f"max({compiler.process(element.clauses, **options)})"
