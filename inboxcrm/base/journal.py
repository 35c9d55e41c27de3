"""A journal of a part of a transaction: each row that is inserted, changed or deleted, in order (EM-4, MG-8).

It sees what the ORM writes, what is written by `bulk.py`, and statements that change or delete rows of a table. It
runs only inside `journaled`; a session without one pays a look into a dictionary a flush.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, and_, event, inspect, or_, select
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.orm.base import NEVER_SET, NO_VALUE

from inboxcrm.base.columns import UtcTime
from inboxcrm.base.database import Base

JOURNAL = "journal"
_UNKNOWN = (NO_VALUE, NEVER_SET)
Plain = Any  # a value of JSON


@dataclass(frozen=True, slots=True)
class Step:
    """One row that was written: `columns` gives for each that changed what it was and what it is, as plain values.

    An inserted row was nothing before, a deleted one is nothing now; both list all their columns.
    """

    act: str  # insert, update, delete
    table: str
    key: tuple[Plain, ...]
    columns: Mapping[str, tuple[Plain, Plain]]

    def plain(self) -> list[Any]:
        """Give it as plain values."""
        return [
            self.act,
            self.table,
            list(self.key),
            {name: list(pair) for name, pair in self.columns.items()},
        ]


@dataclass(slots=True)
class Journal:
    """What was written while it ran."""

    steps: list[Step] = field(default_factory=list)
    is_whole: bool = True  # False: something was written that it could not follow


def step_of(plain: Sequence[Any]) -> Step:
    """Give a step that was kept as plain values."""
    act, table, key, columns = plain
    return Step(act, table, tuple(key), {name: (old, new) for name, (old, new) in columns.items()})


def made_row(row: Any) -> Step:
    """Give a row of the ORM as the step that would make it as it is now."""
    table = inspect(row).mapper.local_table
    values = {column.name: plain_value(getattr(row, column.name)) for column in table.columns}
    return _whole("insert", table, values)


@contextmanager
def journaled(session: Session) -> Iterator[Journal]:
    """Write down what this session writes inside; what it holds unwritten before is written first."""
    session.flush()
    journal = Journal()
    session.info[JOURNAL] = journal
    try:
        yield journal
        session.flush()
    finally:
        session.info.pop(JOURNAL, None)


def plain_value(value: Any) -> Plain:
    """Give a column's value as JSON can keep it."""
    if isinstance(value, bytes):
        return value.hex()
    return value.isoformat() if isinstance(value, datetime | date) else value


def value_of(column: Any, plain: Plain) -> Any:
    """Give what `plain_value` has kept of a column's value."""
    if plain is None or not isinstance(plain, str):
        return plain
    if isinstance(column.type, UtcTime):
        return datetime.fromisoformat(plain)
    kind = column.type.python_type if column.type.__visit_name__ in ("date", "large_binary") else str
    if kind is date:
        return date.fromisoformat(plain)
    return bytes.fromhex(plain) if kind is bytes else plain


def changed_columns(row: Any) -> dict[str, tuple[Any, Any]]:
    """Give what differs in a row of the ORM that is being written: its columns with their old and new value."""
    state = inspect(row)
    columns, now = state.mapper.columns, state.dict
    return {
        name: (old, now.get(name))
        for name, old in state.committed_state.items()
        if name in columns and name in now and (old in _UNKNOWN or old != now[name])
    }


def learn_unknown(session: Session, row: Any) -> None:
    """Ask what columns were that were set on a row of which they were not loaded, before that is lost."""
    state = inspect(row)
    columns = state.mapper.columns
    names = [name for name, old in state.committed_state.items() if name in columns and old in _UNKNOWN]
    if names and state.identity:
        table = state.mapper.local_table
        query = select(*(table.c[name] for name in names)).where(has_key(table, state.identity))
        found = session.connection().execute(query).one()
        state.committed_state.update(zip(names, found, strict=True))


def _learn(session: Session, _context: object, _objects: object) -> None:
    if session.info.get(JOURNAL) is not None:
        for row in session.dirty:
            learn_unknown(session, row)


def has_key(table: Any, *keys: Sequence[Any]) -> Any:
    """Say that a row of a table has one of these keys, each in the order of its columns."""
    return or_(*(and_(*(c == one for c, one in zip(table.primary_key, key, strict=True))) for key in keys))


def _write_down(session: Session, _context: object) -> None:
    journal: Journal | None = session.info.get(JOURNAL)
    if journal is None:
        return
    order = {table: place for place, table in enumerate(Base.metadata.sorted_tables)}
    for row in sorted(session.new, key=lambda one: order[inspect(one).mapper.local_table]):
        state = inspect(row)
        table = state.mapper.local_table
        values = {column.name: plain_value(state.dict.get(column.name)) for column in table.columns}
        journal.steps.append(_whole("insert", table, values))
    for row in session.dirty:
        if changed := changed_columns(row):
            state = inspect(row)
            columns = {name: (plain_value(old), plain_value(new)) for name, (old, new) in changed.items()}
            key = tuple(plain_value(one) for one in state.identity)
            journal.steps.append(Step("update", state.mapper.local_table.name, key, columns))
    for row in sorted(session.deleted, key=lambda one: -order[inspect(one).mapper.local_table]):
        state = inspect(row)
        table = state.mapper.local_table
        values = {column.name: plain_value(state.dict.get(column.name)) for column in table.columns}
        journal.steps.append(_whole("delete", table, values))


def _whole(act: str, table: Any, values: Mapping[str, Plain]) -> Step:
    pairs = {name: (None, value) if act == "insert" else (value, None) for name, value in values.items()}
    return Step(act, table.name, tuple(values[column.name] for column in table.primary_key), pairs)


def _follow_statement(state: ORMExecuteState) -> Any:
    """Compare the rows that a statement names before and after it."""
    journal: Journal | None = state.session.info.get(JOURNAL)
    if journal is None or not (state.is_update or state.is_delete):
        return None
    statement: Any = state.statement
    table: Table = statement.table
    state.session.flush()
    given = state.parameters if isinstance(state.parameters, Mapping) else {}
    rows = select(table)
    if statement.whereclause is not None:
        rows = rows.where(statement.whereclause)
    before = _rows(state.session, table, rows, given)
    result = state.invoke_statement()
    _compare(state.session, journal, table, before)
    return result


@contextmanager
def followed_insert(session: Session, table: Any, rows: Sequence[dict[str, Any]]) -> Iterator[None]:
    """Write down what an insert of rows changes that the ORM does not see."""
    journal: Journal | None = session.info.get(JOURNAL)
    if journal is None or not rows:
        yield
        return
    names = [column.name for column in table.primary_key]
    if not all(name in rows[0] for name in names):
        journal.is_whole = False
        yield
        return
    keys = {tuple(row[name] for name in names) for row in rows}
    before = _rows(session, table, select(table).where(has_key(table, *sorted(keys))))
    yield
    _compare(session, journal, table, before, keys)


def _rows(
    session: Session, table: Any, query: Any, given: Mapping[str, Any] | None = None
) -> dict[tuple[Any, ...], dict[str, Any]]:
    found = session.connection().execute(query, dict(given or {})).mappings().all()
    return {
        tuple(row[c.name] for c in table.primary_key): {c.name: row[c.name] for c in table.columns}
        for row in found
    }


def _compare(
    session: Session,
    journal: Journal,
    table: Any,
    before: Mapping[tuple[Any, ...], Mapping[str, Any]],
    keys: set[tuple[Any, ...]] | None = None,
) -> None:
    wanted = keys if keys is not None else set(before)
    if not wanted:
        return
    after = _rows(session, table, select(table).where(has_key(table, *sorted(wanted))))
    for key in sorted(wanted):
        old, new = before.get(key), after.get(key)
        if old is None and new is None:
            continue
        if old is None or new is None:
            values = {name: plain_value(value) for name, value in (old or new or {}).items()}
            journal.steps.append(_whole("insert" if old is None else "delete", table, values))
        elif old != new:
            columns = {n: (plain_value(old[n]), plain_value(new[n])) for n in old if old[n] != new[n]}
            journal.steps.append(Step("update", table.name, tuple(map(plain_value, key)), columns))


event.listen(Session, "before_flush", _learn)
event.listen(Session, "after_flush", _write_down)
event.listen(Session, "do_orm_execute", _follow_statement)
