"""Many rows in one command on PostgreSQL: an array for each column, where the driver would send a command a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Session

MANY = 8  # fewer are as quick row by row


def is_worth_it(session: Session, rows: Sequence[dict[str, Any]]) -> bool:
    """Tell whether rows should be written so."""
    return len(rows) >= MANY and session.get_bind().dialect.name == "postgresql"


def insert_many(session: Session, table: Any, rows: Sequence[dict[str, Any]], on_conflict: str = "") -> None:
    """Insert rows that have the same columns; a column that they do not have gets its default.

    `on_conflict` is the clause of that name. Errors are those of an INSERT.
    """
    columns = [column for column in table.columns if column.name in rows[0] or column.default is not None]
    arrays = {f"c{place}": _array_of(session, column, rows) for place, column in enumerate(columns)}
    names = ", ".join(f'"{column.name}"' for column in columns)
    given = ", ".join(f"%(c{place})b::{_type_of(session, column)}[]" for place, column in enumerate(columns))
    command = f'INSERT INTO "{table.name}" ({names}) SELECT * FROM unnest({given}) {on_conflict}'
    session.connection().exec_driver_sql(command, arrays)


def on_conflict_change(table: Any, columns: Sequence[str]) -> str:
    """Give the clause by which rows that are there already only get the new values of these columns."""
    key = ", ".join(f'"{column.name}"' for column in table.primary_key)
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in columns)
    return f"ON CONFLICT ({key}) DO UPDATE SET {changes}"


def _array_of(session: Session, column: Any, rows: Sequence[dict[str, Any]]) -> list[Any]:
    if column.name in rows[0]:
        values = [row[column.name] for row in rows]
    else:
        default = column.default.arg(None) if column.default.is_callable else column.default.arg
        values = [default] * len(rows)
    if isinstance(column.type, LargeBinary):
        return values
    process = column.type.bind_processor(session.get_bind().dialect)
    return [process(value) for value in values] if process else values


def _type_of(session: Session, column: Any) -> str:
    """Give a type that cuts nothing off: what is too long for its column is an error, as in any INSERT."""
    name = str(column.type.compile(session.get_bind().dialect)).partition("(")[0]
    return "TEXT" if name == "VARCHAR" else name
