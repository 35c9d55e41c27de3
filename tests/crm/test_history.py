"""Every change of a fact is in the history with who, when, why, what was before and what is now (MG-8)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from inboxcrm.base.columns import UtcTime
from inboxcrm.base.database import Base
from inboxcrm.base.history import history_of
from inboxcrm.base.journal import plain_value
from inboxcrm.base.records import Event
from inboxcrm.base.restoring import class_of_table
from inboxcrm.base.work import Office
from inboxcrm.crm.box import start_box
from inboxcrm.crm.task import add_task
from tests.build import a_lead, an_opportunity, on_both_databases

TABLES = ("contact", "organization", "lead", "opportunity", "box", "task")
LATER = datetime(2027, 1, 2, 3, 4, tzinfo=UTC)
# What no word changes: the row itself, and the moment at which it was made.
FIXED = ("id", "created_at", "opened_at")


def columns_of(table: str) -> list[str]:
    kept = history_of(table)
    assert kept is not None
    names = [column.name for column in Base.metadata.tables[table].columns]
    return [name for name in names if name not in FIXED and name not in kept.no_facts]


def another(column: Any, old: Any, last: dict[str, int]) -> Any:
    """Another value that the column takes."""
    if column.foreign_keys:
        return last[next(iter(column.foreign_keys)).column.table.name]
    if isinstance(column.type, UtcTime):
        return LATER
    kind = column.type.python_type if type(column.type).__name__ != "Json" else dict
    values: dict[type, Any] = {int: 4711, bool: not old, str: "es", date: date(2027, 1, 2), dict: {"a": 1}}
    return values[kind]


def three_matters(office: Office) -> tuple[dict[str, int], dict[str, int]]:
    """Two deals and a lead of three companies, with an errand; give the first and the last id of each table."""
    with office.work("test", actor="test") as work:
        box = an_opportunity(work).box
        an_opportunity(work, "dirk@dune.example")
        a_lead(work, "eve@elm.example")
        start_box(work, kind="lead", name="Elm", contact=None)
        add_task(work, box, "errand", "Send the brochure", owner="anna", due_at=work.now)
    with office.reading() as session:
        ids = {one: sorted(session.scalars(select(Base.metadata.tables[one].c.id))) for one in TABLES}
    first = {one: found[0] for one, found in ids.items()} | {"task": ids["task"][-1]}
    return first, {one: found[-1] for one, found in ids.items()}


def told(office: Office, actor: str) -> list[tuple[str, str, Any, Any, str]]:
    """The changes that somebody has made: table, field, old, new, why."""
    with office.reading() as session:
        query = select(Event).where(Event.kind == "fact.changed", Event.actor == actor).order_by(Event.id)
        return [
            (e.subject_kind, e.payload["field"], e.payload["old"], e.payload["new"], e.payload["why"])
            for e in session.scalars(query)
        ]


@pytest.mark.parametrize("table", TABLES)
def test_every_column_of_the_records_has_its_history(office: Office, table: str) -> None:
    """MG-8: a column that is added has it without anybody's doing."""
    first, last = three_matters(office)
    expected = []
    for name in columns_of(table):
        column = Base.metadata.tables[table].c[name]
        with office.work("test", actor="user:anna") as work:
            work.why = "mail 7: a word"
            row = work.session.get(class_of_table(table), first[table])
            old = getattr(row, name)
            new = another(column, old, last)
            setattr(row, name, new)
            expected.append((table, name, plain_value(old), plain_value(new), work.why))

    assert told(office, "user:anna") == expected


@on_both_databases
def test_a_change_by_a_relation_is_told_too_and_nothing_is_told_of_what_stays(office: Office) -> None:
    with office.work("test", actor="test") as work:
        box_id = an_opportunity(work).box_id
    with office.work("test", actor="user:anna") as work:
        box = work.session.get(class_of_table("box"), box_id)
        box.name, box.owner = box.name, "carl"
        old, box.organization = box.organization_id, None
        work.session.flush()
        box.owner = "ben"

    changed = {field: (old, new) for _, field, old, new, _ in told(office, "user:anna")}
    assert changed == {"owner": ("anna", "ben"), "organization_id": (old, None)}


def test_what_a_savepoint_took_back_is_not_told(office: Office) -> None:
    with office.work("test", actor="test") as work:
        box_id = an_opportunity(work).box_id
    with office.work("test", actor="user:anna") as work:
        box = work.session.get(class_of_table("box"), box_id)
        inner = work.session.begin_nested()
        box.owner = "carl"
        work.session.flush()
        inner.rollback()

    assert told(office, "user:anna") == []


def test_what_moves_with_each_mail_is_no_fact(office: Office) -> None:
    with office.work("test", actor="test") as work:
        box = an_opportunity(work).box
        work.session.flush()
    with office.work("test", actor="intake") as work:
        row = work.session.get(class_of_table("box"), box.id)
        row.last_activity_at = row.last_inbound_at = LATER

    assert told(office, "intake") == []
