"""Puts back what a journal has seen: each step the other way round, the last one first (EM-4)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.base.database import Base, ValuesRefused
from inboxcrm.base.errors import Refused
from inboxcrm.base.journal import Step, plain_value, value_of
from inboxcrm.base.remembered import forget_everything
from inboxcrm.base.store import retire_id

Columns = Collection[tuple[str, str]]  # of tables


class CannotPutBack(Refused):
    """A row is no longer as the step has left it; `other` names the table of what hangs on it, "" if it was changed."""

    def __init__(self, step: Step, other: str = "") -> None:
        self.step, self.other = step, other
        what = f"{other} hangs on it" if other else "it has changed since"
        super().__init__(f"{step.table} {step.key[0]}: {what}")


def put_back(
    session: Session,
    steps: Iterable[Step],
    *,
    loose: Columns = (),
    hanging: Mapping[str, Columns] | None = None,
    owned: Columns = (),
) -> None:
    """Undo the steps. Columns that are `loose` stay as they are where they have changed since.

    `hanging` names by table the columns, besides foreign keys, that may name its rows; rows that name one by an
    `owned` column are a part of it, and go with it. Raises CannotPutBack: then the
    transaction must be rolled back to where it was.
    """
    for step in reversed(list(steps)):
        try:
            _put_back_one(session, step, loose, hanging or {}, owned)
            session.flush()
        except ValuesRefused as error:
            raise CannotPutBack(step, "something else") from error
    forget_everything(session)


def class_of_table(table: str) -> Any:
    """Give the class whose rows a table holds."""
    return next(one.class_ for one in Base.registry.mappers if getattr(one.local_table, "name", "") == table)


def _put_back_one(
    session: Session, step: Step, loose: Columns, hanging: Mapping[str, Columns], owned: Columns
) -> None:
    row_class = class_of_table(step.table)
    table = row_class.__table__
    key = tuple(value_of(column, one) for column, one in zip(table.primary_key, step.key, strict=True))
    row = session.get(row_class, key, with_for_update=True, populate_existing=True)
    if step.act == "delete":
        if row is not None:
            raise CannotPutBack(step)
        session.add(row_class(**{n: value_of(table.c[n], old) for n, (old, _) in step.columns.items()}))
        return
    if row is None:
        raise CannotPutBack(step)
    kept = {name for name, (_, new) in step.columns.items() if plain_value(getattr(row, name)) != new}
    if any((step.table, name) not in loose for name in kept):
        raise CannotPutBack(step)
    if step.act == "insert":
        _delete_owned(session, step, key, owned)
        _delete(session, step, row, key, hanging)
        return
    for name, (old, _) in step.columns.items():
        if name not in kept:
            setattr(row, name, value_of(table.c[name], old))
    session.flush()
    session.expire(row)  # what it points to may be another row now


def _delete_owned(session: Session, step: Step, key: tuple[Any, ...], owned: Columns) -> None:
    for other, name in owned:
        row_class = class_of_table(other)
        column = row_class.__table__.c[name]
        if any(one.column.table.name == step.table for one in column.foreign_keys):
            for row in session.scalars(select(row_class).where(column == key[0])):
                session.delete(row)
    session.flush()


def _delete(
    session: Session, step: Step, row: Any, key: tuple[Any, ...], hanging: Mapping[str, Columns]
) -> None:
    if len(key) == 1:
        if other := _what_names(session, step.table, key[0], hanging.get(step.table, ())):
            raise CannotPutBack(step, other)
        if isinstance(key[0], int):
            retire_id(session, step.table, key[0])
    session.expire(row)
    session.delete(row)


def _what_names(session: Session, table: str, number: Any, hanging: Columns) -> str:
    """Give the table of a row that names this one; "" if there is none."""
    columns = [Base.metadata.tables[other].c[name] for other, name in hanging]
    for other in Base.metadata.sorted_tables:
        columns += [one.parent for one in other.foreign_keys if one.column.table.name == table]
    for column in columns:
        if session.execute(select(1).where(column == number).limit(1)).first():
            return str(column.table.name)
    return ""
