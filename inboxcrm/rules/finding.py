"""Finds records by a condition: only their ids, by a query that touches no table which the condition does not need.

A sweep looks at ids and asks for facts only of what fires. Of a condition that the database cannot be asked whole,
`pushed` is the part that it can, and whoever fires judges the rest by `Condition.holds`.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Join, Select, select
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.elements import BinaryExpression

from inboxcrm.rules.facts import SOURCES
from inboxcrm.rules.language.condition import Condition
from inboxcrm.rules.language.working_time import Calendars


def pushed(condition: Condition, now: datetime, calendars: Calendars) -> ColumnElement[bool]:
    """Give the part of a condition that the database is asked."""
    return condition.where(now, calendars)


def is_whole(condition: Condition) -> bool:
    """Tell whether the database is asked the whole condition."""
    return condition.rest is None


def select_ids(kind: str, *where: ColumnElement[bool], columns: tuple[ColumnElement[Any], ...] = ()) -> Any:
    """Select the ids of records of a kind for which all of this holds, with columns of theirs beside it."""
    record_id = SOURCES[kind].id
    needed = frozenset(name for one in (*where, *columns) for name in tables_in(one))
    return select(record_id, *columns).select_from(_tables_for(kind, needed)).where(*where)


@lru_cache(maxsize=200)
def _tables_for(kind: str, needed: frozenset[str]) -> Any:
    """Give the joined tables of a kind of record, those only that are needed; the same for most rules."""
    source = SOURCES[kind]
    query: Select[Any] = source.select({})
    [whole] = query.get_final_froms()
    return _without_needless(whole, {_table_name(source.id), *needed})


def tables_in(clause: Any) -> set[str]:
    """Give the names of all tables whose columns stand in a clause, in queries within it too."""
    return {name for one in visitors.iterate(clause) if (name := _table_name(one))}


def _table_name(column: Any) -> str:
    return getattr(getattr(column, "table", None), "name", "")


def _without_needless(tables: Any, needed: set[str]) -> Any:
    """Leave out each table that is joined and not needed, if no row comes or goes with it."""
    if not isinstance(tables, Join):
        return tables
    if tables.right.name not in needed and _keeps_rows(tables):  # type: ignore[attr-defined]
        return _without_needless(tables.left, needed)
    needed |= tables_in(tables.onclause)
    return _without_needless(tables.left, needed).join(tables.right, tables.onclause, isouter=tables.isouter)


def _keeps_rows(join: Join) -> bool:
    """Tell whether each row on the left has exactly one row of the joined table, or may have none."""
    on = join.onclause
    if not isinstance(on, BinaryExpression) or on.operator is not operators.eq:
        return False
    own, other = (on.left, on.right) if _table_name(on.left) == join.right.name else (on.right, on.left)  # type: ignore[attr-defined]
    is_one = bool(getattr(own, "primary_key", False) or getattr(own, "unique", False))
    is_there = bool(getattr(other, "foreign_keys", ())) and not getattr(other, "nullable", True)
    return is_one and (join.isouter or is_there)
