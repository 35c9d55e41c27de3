"""Fixtures for all tests: a clock moved by hand, counted ids, settings, databases, an office, one transaction.

A test that must hold on both databases is marked with `on_both_databases`; all others run on SQLite. The tables are
made once for each worker of pytest, as a template from which every test gets its own copy.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from inboxcrm.app.migrate import migrate_database
from inboxcrm.base.database import open_database
from inboxcrm.base.settings import Settings
from inboxcrm.base.work import Office, Work
from tests.build import KEY, CountedIds, HandClock, the_settings
from tests.flows.reporting import pytest_addoption, pytest_terminal_summary  # noqa: F401  # `--kills N`
from tests.servers.postgres import PostgresTestServer, postgres

TEMPLATE = "inboxcrm_template"
NUMBERS = itertools.count(1)


@pytest.fixture
def clock() -> HandClock:
    """A clock that stands still until a test moves it: Monday 23 November 2026, 10:30 in Amsterdam."""
    return HandClock()


@pytest.fixture
def ids() -> CountedIds:
    """Words that are the same in every run."""
    return CountedIds()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A Dutch seller with two reps, a director, finance and operations, and a short price list."""
    return the_settings(tmp_path)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresTestServer]:
    """One PostgreSQL for each worker of pytest, with a template database that has all tables.

    It lies beside pytest's own folders: every start of pytest closes these to other users, and the server runs as
    one (as nobody, under root).
    """
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as folder, postgres(Path(folder)) as server:
        server.create_database(TEMPLATE)
        engine = open_database(server.url_for(TEMPLATE))
        migrate_database(engine)
        engine.dispose()
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file that has all tables."""
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    engine = open_database(f"sqlite:///{file}")
    migrate_database(engine)
    engine.dispose()
    return file


@pytest.fixture
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database of its own with all tables and nothing in them."""
    kind = getattr(request, "param", "sqlite")
    make = _postgres_engine if kind == "postgresql" else _sqlite_engine
    yield from make(request, tmp_path)


def _sqlite_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    file = tmp_path / "inboxcrm.db"
    shutil.copy(request.getfixturevalue("sqlite_template"), file)
    engine = open_database(f"sqlite:///{file}")
    yield engine
    engine.dispose()


def _postgres_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    server: PostgresTestServer = request.getfixturevalue("postgres_server")
    name = f"test_{next(NUMBERS)}"  # it is left to the end of the server, as every drop would write all pages out
    server.create_database(name, template=TEMPLATE)
    engine = open_database(server.url_for(name))
    yield engine
    engine.dispose()


@pytest.fixture
def woken() -> list[set[str]]:
    """What was woken, one set of topics for each commit."""
    return []


@pytest.fixture
def make_office(
    engine: Engine, clock: HandClock, ids: CountedIds, woken: list[set[str]]
) -> Callable[[Settings], Office]:
    """Make an office on this test's database with other settings."""
    return lambda settings: Office(engine, clock, ids, settings, KEY, woken.append)


@pytest.fixture
def office(make_office: Callable[[Settings], Office], settings: Settings) -> Office:
    """What all transactions of this test share."""
    return make_office(settings)


@pytest.fixture
def work(office: Office) -> Iterator[Work]:
    """One open transaction of the rep Anna, rolled back at the end."""
    with Session(office.engine, expire_on_commit=False) as session:
        yield Work(session, office.clock.now(), office.settings, office.ids, office.key, actor="user:anna")
        session.rollback()
