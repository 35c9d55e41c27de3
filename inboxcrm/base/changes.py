"""Changes of rows that are noted with what was before, so that they can be taken back exactly (LD-4).

Whatever leads to a row by its number is found in the tables themselves, so that a new table is never forgotten. What
has changed since is left alone when changes are taken back, and counted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Row, Table, UniqueConstraint, and_, delete, inspect, select, update
from sqlalchemy.orm import Session

from inboxcrm.base.among import among
from inboxcrm.base.database import Base
from inboxcrm.base.store import insert_or_ignore

WITHIN = ("merged_into", "parent_id")  # these lead to a row of their own table
FACTS = ("event",)  # these tell of a row also when it is gone
AT, ON = "$at", "$on"  # a moment and a date, as JSON
Change = dict[str, Any]


def references_to(
    name: str, *, leave: Collection[str] = (), further: Collection[str] = ()
) -> list[Column[Any]]:
    """Give the columns that lead to rows of a table: its foreign keys, those called `<name>_id`, and `merged_into`.

    `leave` and `further` name columns that stay as they are, and others that lead there, as "table.column".
    """
    target = Base.metadata.tables[name].c.id
    return [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if str(column) not in leave
        and (
            column.name == f"{name}_id"
            or str(column) in {f"{name}.merged_into", *further}
            or any(key.column is target for key in column.foreign_keys)
        )
    ]


class Changes:
    """Changes of one transaction, noted in their order."""

    def __init__(self, session: Session) -> None:
        """Begin with nothing changed."""
        self._session = session
        self._watched: list[tuple[Any, dict[str, Any]]] = []
        self.noted: list[Change] = []

    def watch(self, *rows: Any) -> None:
        """Note what will have changed of these rows, by attribute, until `finish`."""
        self._session.flush()
        known = [row for row, _ in self._watched]
        self._watched += [(row, _values(row)) for row in rows if row is not None and row not in known]

    def finish(self) -> list[Change]:
        """Write what was changed of the watched rows, and give all changes."""
        self._session.flush()
        pointed = {(one["table"], one["column"], one["old"]) for one in self.noted if one["do"] == "point"}
        for row, before in self._watched:
            table, after = row.__table__, _values(row)
            key = {column.name: after[column.name] for column in table.primary_key}
            self.noted += [
                {"do": "set", "table": table.name, "key": key, "column": name, "old": old, "new": after[name]}
                for name, old in before.items()
                if old != after[name] and (table.name, name, old) not in pointed
            ]
        self._watched = []
        return [_as_json(change) for change in self.noted]

    def repoint(self, column: Column[Any], old: int, new: int) -> None:
        """Let the rows that lead to one row lead to another; a link that is there already is dropped.

        Of what may be there only once for a row, the other row's own stays as it is.
        """
        table = column.table
        assert isinstance(table, Table)
        rows, in_the_way = _split(self._session, column, old, new)
        if rows:
            _point(self._session, column, old, new, rows, is_all=not in_the_way and column.name not in WITHIN)
            keys = [_key(column, row) for row in rows]
            self.noted.append(
                {
                    "do": "point",
                    "table": table.name,
                    "column": column.name,
                    "old": old,
                    "new": new,
                    "keys": keys,
                }
            )
        names = [one.name for one in table.columns]
        if in_the_way and len(names) == len(table.primary_key):
            for row in in_the_way:
                self.drop_link(table, {name: row._mapping[name] for name in names})
        if rows or in_the_way:
            forget_rows(self._session, table)

    def add_link(self, table: Any, row: dict[str, Any]) -> None:
        """Add a row of a table of links, unless it is there."""
        is_it = [table.c[name] == value for name, value in row.items()]
        if self._session.execute(select(*table.primary_key).where(*is_it)).first() is None:
            insert_or_ignore(self._session, table, [row])
            self.noted.append({"do": "add", "table": table.name, "row": row})
            forget_rows(self._session, table)

    def drop_link(self, table: Any, row: dict[str, Any]) -> None:
        """Take a row of a table of links away."""
        self._session.execute(delete(table).where(*(table.c[name] == value for name, value in row.items())))
        self.noted.append({"do": "drop", "table": table.name, "row": row})
        forget_rows(self._session, table)

    def note_made(self, table: Any, row_id: int, links: Sequence[str] = ()) -> None:
        """Note that a row was made: it goes again unless something came to hang on it.

        `links` names the tables whose rows came with it and go with it.
        """
        self.noted.append({"do": "make", "table": table.name, "row": {"id": row_id}, "links": list(links)})


def take_back(session: Session, changes: Iterable[Change]) -> int:
    """Undo changes, the last first; give the number of those that were left alone, as something came after them."""
    session.flush()
    left, touched = 0, set[str]()
    for change in reversed([_from_json(one) for one in changes]):
        table = Base.metadata.tables[change["table"]]
        touched.add(table.name)
        left += _TAKE_BACK[change["do"]](session, table, change)
    for name in touched:
        forget_rows(session, Base.metadata.tables[name])
    return left


def forget_rows(session: Session, table: Any) -> None:
    """Read the rows of a table anew, when they are asked for: they were changed behind the session's back."""
    for row in list(session.identity_map.values()):
        if getattr(row, "__table__", None) is table:
            session.expire(row)


def _split(
    session: Session, column: Column[Any], old: int, new: int
) -> tuple[list[Row[Any]], list[Row[Any]]]:
    """Give the rows that can lead to another row, and those whose place is taken there."""
    table = column.table
    uniques = [[one for one in unique if one is not column] for unique in _uniques(table) if column in unique]
    wanted = list(
        {one.name: one for one in [*table.primary_key, *(c for unique in uniques for c in unique)]}.values()
    )
    query = select(*wanted).where(column == old)
    if column.name in WITHIN:
        query = query.where(table.c.id != new)  # nothing leads to itself
    rows = session.execute(query).all()
    if not rows or not uniques:
        return list(rows), []
    taken = set()
    for number, unique in enumerate(uniques):
        there = session.execute(select(*(unique or [column])).where(column == new))
        taken |= {(number, *(tuple(one) if unique else ())) for one in there}
    is_taken = [
        any(
            (number, *(row._mapping[c.name] for c in unique)) in taken
            for number, unique in enumerate(uniques)
        )
        for row in rows
    ]
    pairs = list(zip(rows, is_taken, strict=True))
    return [row for row, is_in in pairs if not is_in], [row for row, is_in in pairs if is_in]


def _uniques(table: Any) -> list[list[Any]]:
    constraints = [list(one.columns) for one in table.constraints if isinstance(one, UniqueConstraint)]
    return [
        list(table.primary_key),
        *constraints,
        *(list(one.columns) for one in table.indexes if one.unique),
    ]


def _key(column: Column[Any], row: Row[Any]) -> list[Any]:
    return [row._mapping[one.name] for one in column.table.primary_key if one is not column]


def _point(
    session: Session, column: Column[Any], old: int, new: int, rows: Iterable[Any], *, is_all: bool = False
) -> int:
    """Set a column of these rows, as far as it has the old value still; give how many there were."""
    table: Any = column.table
    names = [one for one in table.primary_key if one is not column]
    keys = [row if isinstance(row, list) else _key(column, row) for row in rows]
    if is_all or not names:
        conditions = [and_(column == old)]
    elif len(names) == 1:
        conditions = [and_(column == old, among(session, names[0], [key[0] for key in keys]))]
    else:
        pairs = ([one == value for one, value in zip(names, key, strict=True)] for key in keys)
        conditions = [and_(column == old, *is_it) for is_it in pairs]
    changes = [update(table).where(one).values({column.name: new}) for one in conditions]
    return sum(int(getattr(session.execute(change), "rowcount", 0)) for change in changes)


def _point_back(session: Session, table: Any, change: Change) -> int:
    column, keys = table.c[change["column"]], change["keys"]
    rows, _ = _split(session, column, change["new"], change["old"])
    free = {tuple(_key(column, row)) for row in rows}
    wanted = [key for key in keys if tuple(key) in free]
    done = _point(session, column, change["new"], change["old"], wanted) if wanted else 0
    return len(keys) - done


def _set_back(session: Session, table: Any, change: Change) -> int:
    column = table.c[change["column"]]
    is_it = [table.c[name] == value for name, value in change["key"].items()]
    query = update(table).where(*is_it, column.is_not_distinct_from(change["new"]))
    done = session.execute(query.values({column.name: change["old"]}))
    return 1 - min(1, int(getattr(done, "rowcount", 0)))


def _add_back(session: Session, table: Any, change: Change) -> int:
    insert_or_ignore(session, table, [change["row"]])
    return 0


def _drop_back(session: Session, table: Any, change: Change) -> int:
    is_it = {name: table.c[name] == value for name, value in change["row"].items()}
    done = session.execute(delete(table).where(*is_it.values()))
    if getattr(done, "rowcount", 0):
        return 0
    key = [is_it[one.name] for one in table.primary_key]
    return int(session.execute(select(*table.primary_key).where(*key)).first() is not None)


def _make_back(session: Session, table: Any, change: Change) -> int:
    row_id, links = change["row"]["id"], change["links"]
    ways = references_to(table.name)
    if any(_leads(session, way, row_id) for way in ways if way.table.name not in (*FACTS, *links)):
        return 1
    for way in ways:
        if way.table.name in links:
            session.execute(delete(way.table).where(way == row_id))
    session.execute(delete(table).where(table.c.id == row_id))
    return 0


def _leads(session: Session, way: Column[Any], row_id: int) -> bool:
    return session.execute(select(way).where(way == row_id).limit(1)).first() is not None


_TAKE_BACK = {
    "point": _point_back,
    "set": _set_back,
    "drop": _add_back,
    "add": _drop_back,
    "make": _make_back,
}


def _values(row: Any) -> dict[str, Any]:
    return {one.columns[0].name: getattr(row, one.key) for one in inspect(row).mapper.column_attrs}


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return {AT: value.isoformat()}
    if isinstance(value, date):
        return {ON: value.isoformat()}
    if isinstance(value, dict):
        return {name: _as_json(one) for name, one in value.items()}
    return [_as_json(one) for one in value] if isinstance(value, list | tuple) else value


def _from_json(value: Any) -> Any:
    if isinstance(value, dict):
        if set(value) == {AT}:
            return datetime.fromisoformat(value[AT])
        if set(value) == {ON}:
            return date.fromisoformat(value[ON])
        return {name: _from_json(one) for name, one in value.items()}
    return [_from_json(one) for one in value] if isinstance(value, list) else value
