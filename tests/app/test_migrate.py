"""The migrated database is the one that the tables say, on both databases, however often it is asked for."""

from __future__ import annotations

import itertools
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect

from inboxcrm.app.migrate import is_current, migrate_database
from inboxcrm.base.database import open_database
from inboxcrm.migrations.tables import METADATA
from tests.build import DATABASES, on_both_databases

NUMBERS = itertools.count(1)


@pytest.fixture(params=DATABASES)
def bare(request: pytest.FixtureRequest, tmp_path: Path):
    """A database with nothing in it."""
    if request.param == "sqlite":
        engine = open_database(f"sqlite:///{tmp_path / 'bare.db'}")
    else:
        server = request.getfixturevalue("postgres_server")
        name = f"bare_{next(NUMBERS)}"
        server.create_database(name)
        engine = open_database(server.url_for(name))
    yield engine
    engine.dispose()


@on_both_databases
def test_the_migrated_database_has_exactly_the_tables_of_the_code(engine: Engine) -> None:
    with engine.connect() as connection:
        # The index of mails' words is made by hand: each database has its own kind.
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, _: not (name or "").startswith("message_search"),
            },
        )
        assert compare_metadata(context, METADATA) == []


@on_both_databases
def test_the_checks_and_partial_keys_are_there_too(engine: Engine) -> None:
    """OP-4, LD-11: what autogenerate does not compare."""
    look = inspect(engine)
    assert [check["name"] for check in look.get_check_constraints("task")] == [
        "ck_task_on_opportunities_only"
    ]
    index = next(i for i in look.get_indexes("task") if i["name"] == "uq_task_open_next_action")
    assert index["unique"]
    [where] = [str(value) for key, value in index["dialect_options"].items() if key.endswith("_where")]
    assert "next action" in where


def test_a_second_migration_changes_nothing(bare: Engine) -> None:
    assert not is_current(bare)
    migrate_database(bare)
    assert is_current(bare)
    tables = inspect(bare).get_table_names()

    migrate_database(bare)

    assert is_current(bare)
    assert inspect(bare).get_table_names() == tables


def test_two_migrations_at_once_are_one(bare: Engine) -> None:
    errors: list[BaseException] = []

    def migrate() -> None:
        try:
            migrate_database(bare)
        except BaseException as error:  # noqa: BLE001 — shown below
            errors.append(error)

    threads = [threading.Thread(target=migrate) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert errors == []
    assert is_current(bare)
