"""Many rows in one command, without what the library does for each of them: intake writes some five rows a mail.

PostgreSQL is given an array for each column, as its driver would send a command a row; SQLite the rows themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.orm import Session

from inboxcrm.base.journal import followed_insert

NOTHING = "ON CONFLICT DO NOTHING"


def insert_many(session: Session, table: Any, rows: Sequence[dict[str, Any]], on_conflict: str = "") -> None:
    """Insert rows that have the same columns; a column that they do not have gets its default.

    `on_conflict` is the clause of that name. Errors are those of an INSERT.
    """
    if not rows:
        return
    dialect = session.get_bind().dialect
    columns = [column for column in table.columns if column.name in rows[0] or column.default is not None]
    values = [_values_of(dialect, column, rows) for column in columns]
    command = _command(dialect, table, tuple(column.name for column in columns), on_conflict)
    given: Any = list(zip(*values, strict=True))
    if dialect.name == "postgresql":
        given = {f"c{place}": array for place, array in enumerate(values)}
    with followed_insert(session, table, rows):
        session.connection().exec_driver_sql(command, given)


def on_conflict_change(table: Any, columns: Sequence[str]) -> str:
    """Give the clause by which rows that are there already only get the new values of these columns."""
    key = ", ".join(f'"{column.name}"' for column in table.primary_key)
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in columns)
    return f"ON CONFLICT ({key}) DO UPDATE SET {changes}"


@lru_cache(maxsize=128)
def _command(dialect: Dialect, table: Any, names: tuple[str, ...], on_conflict: str) -> str:
    columns = ", ".join(f'"{name}"' for name in names)
    into = f'INSERT INTO "{table.name}" ({columns})'
    if dialect.name == "postgresql":
        types = [_type_of(dialect, table.columns[name]) for name in names]
        arrays = ", ".join(f"%(c{place})b::{name}[]" for place, name in enumerate(types))
        return f"{into} SELECT * FROM unnest({arrays}) {on_conflict}"
    return f"{into} VALUES ({', '.join('?' * len(names))}) {on_conflict}"


def _values_of(dialect: Dialect, column: Any, rows: Sequence[dict[str, Any]]) -> list[Any]:
    name = column.name
    if name in rows[0]:
        values = [row[name] for row in rows]
    else:
        default = column.default.arg(None) if column.default.is_callable else column.default.arg
        values = [default] * len(rows)
    process = None if isinstance(column.type, LargeBinary) else column.type.bind_processor(dialect)
    return [process(value) for value in values] if process else values


def _type_of(dialect: Dialect, column: Any) -> str:
    """Give a type that cuts nothing off: what is too long for its column is an error, as in any INSERT."""
    name = str(column.type.compile(dialect)).partition("(")[0]
    return "TEXT" if name == "VARCHAR" else name
