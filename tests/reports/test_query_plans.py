"""The questions of the hot paths look into indexes, and never read a big table from end to end (LD-3, MG-8)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.orm import Session

from inboxcrm.app.export.person.folder import export_person
from inboxcrm.base.work import Office
from inboxcrm.crm.briefing.store import tasks_for_briefing
from inboxcrm.crm.merging.duplicate import find_duplicate
from inboxcrm.crm.store import (
    contact_by_address,
    lead_of_box,
    learn_people,
    waking_boxes_of_contact,
)
from inboxcrm.ingest.search.index import index_messages
from inboxcrm.ingest.store import keys_of
from inboxcrm.reports.timeline import box_timeline
from inboxcrm.sales.access import Sight
from tests.build import BOB, START, Mail, deliver, on_both_databases
from tests.crm.importing.building import OldCrm

# One row for each account, person of ours or word of a person, or (junk_mail) each known person's find in Junk.
SMALL = {
    "junk_mail",
    "erased_address",
    "account",
    "folder",
    "absence",
    "switch",
    "json_each",
    "poller",
    "suppression",
}
SCAN = re.compile(r"^SCAN (\w+)\b(?! VIRTUAL TABLE INDEX)|Seq Scan on (\w+)")
SIGNED = "We need licences.\n\n-- \nBob Smith\nAcme B.V.\nTel. +31 20 794 0800\n"


@contextmanager
def asked_of(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """The questions that are asked within, with their values."""
    asked: list[tuple[str, Any]] = []

    def note(_c: object, _k: object, statement: str, values: Any, *_: object) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            asked.append((statement, values))

    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def scans(connection: Connection, statement: str, values: Any) -> set[str]:
    """The tables that a question reads from end to end."""
    is_sqlite = connection.dialect.name == "sqlite"
    told = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
    rows = connection.exec_driver_sql(told + statement, values).all()
    steps = [str(row[-1] if is_sqlite else row[0]).strip(" ->") for row in rows]
    found = {(match[1] or match[2]) for step in steps if (match := SCAN.search(step))}
    return {name for name in found if name not in SMALL}


def find_of_engine(engine: Engine, asked: list[tuple[str, Any]]) -> list[str]:
    assert asked
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET enable_seqscan = off"))
        found = [
            f"{sorted(tables)}: {one}" for one, values in asked if (tables := scans(connection, one, values))
        ]
        connection.rollback()
    return found


@pytest.fixture
def engine_with_mail(office: Office) -> Engine:
    """Two leads of one name, with a telephone; what a look finds makes it ask further."""
    for number, domain in enumerate(("acme.example", "acme.nl", "acme.de"), start=1):
        mail = Mail(SIGNED, sender=f"Bob Smith <bob@{domain}>", subject=f"Prices {number}")
        deliver(office, mail)
    deliver(office, Mail("Once more", sender=BOB, subject="Prices 1"))
    return office.engine


@on_both_databases
def test_the_look_for_duplicates_reads_no_table_from_end_to_end(
    office: Office, engine_with_mail: Engine
) -> None:
    with Session(office.engine) as session, asked_of(office.engine) as asked:
        from inboxcrm.base.work import Work

        work = Work(session, START, office.settings, office.ids, office.key, actor="test")
        lead = lead_of_box(session, 3)
        assert lead is not None
        assert find_duplicate(work, lead) is not None

    assert len(asked) > 5
    assert find_of_engine(office.engine, asked) == []


@on_both_databases
def test_matching_reads_no_table_from_end_to_end(office: Office, engine_with_mail: Engine) -> None:
    with Session(office.engine) as session, asked_of(office.engine) as asked:
        learn_people(session, [BOB, "nobody@other.example"])
        keys_of(session, ["0" * 32])
    with Session(office.engine) as session, asked_of(office.engine) as more:
        contact = contact_by_address(session, BOB)
        assert contact is not None
        waking_boxes_of_contact(session, contact)

    assert find_of_engine(office.engine, asked + more) == []


@on_both_databases
def test_show_reads_no_table_from_end_to_end(office: Office, engine_with_mail: Engine) -> None:
    with Session(office.engine) as session, asked_of(office.engine) as asked:
        box_timeline(session, office.settings, 1)

    assert find_of_engine(office.engine, asked) == []


@on_both_databases
def test_a_digest_reads_no_table_from_end_to_end(office: Office, engine_with_mail: Engine) -> None:
    with Session(office.engine) as session, asked_of(office.engine) as asked:
        tasks_for_briefing(session, START + timedelta(days=3), ["anna", "carl"])

    assert find_of_engine(office.engine, asked) == []


@on_both_databases
def test_an_import_reads_no_table_from_end_to_end(
    office: Office, engine_with_mail: Engine, tmp_path: Path
) -> None:
    """IN-15: who is here, who was erased, what a row names: asked by indexes, once a batch."""
    old = OldCrm(tmp_path, office)
    companies = old.file("companies", ("c1", "Acme", "acme.example", "NL"))
    people = old.file("people", ("p1", "Bob Smith", BOB, "+31 20 794 0800", "", "c1"))
    deals = old.file("deals", ("d1", "Licences", "p1", "c1"))
    with asked_of(office.engine) as asked:
        old.take(companies, people, deals)

    assert len(asked) > 5
    assert find_of_engine(office.engine, asked) == []


@on_both_databases
def test_what_is_held_about_a_person_is_found_by_indexes(
    office: Office, engine_with_mail: Engine, tmp_path: Path
) -> None:
    """GDPR article 15, with a million other mails beside his."""
    index_messages(office)
    with asked_of(office.engine) as asked:
        export_person(office, tmp_path / "out", BOB, lambda name: None)

    assert len(asked) > 30
    found = find_of_engine(office.engine, asked)
    # Few beside mails, and read once for a person: they have no index of this yet.
    without = ("['letter_recipient']", "['webhook_call']")
    assert [one for one in found if not one.startswith(without)] == []


@on_both_databases
def test_who_may_see_a_box_is_found_by_indexes(office: Office, engine_with_mail: Engine) -> None:
    """MG-6: one box asks its own row, its open tasks and its documents."""
    strict = office.settings.model_copy(
        update={"roles": office.settings.roles.model_copy(update={"strict": True})}
    )
    with Session(office.engine) as session, asked_of(office.engine) as asked:
        Sight(session, strict, strict.user_by_key("fred"), START).sees_box(1)

    assert len(asked) >= 3
    assert find_of_engine(office.engine, asked) == []


@on_both_databases
def test_the_guard_bites_a_question_without_an_index(office: Office, engine_with_mail: Engine) -> None:
    asked: list[tuple[str, Any]] = [("SELECT id FROM contact WHERE title IS NOT NULL", ())]

    assert find_of_engine(office.engine, asked) == ["['contact']: " + asked[0][0]]
