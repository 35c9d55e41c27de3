"""Fixtures of databases and servers for several folders; each folder's conftest imports what it uses."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from inboxcrm.base.database import open_database
from inboxcrm.base.work import Office
from tests.conftest import TEMPLATE
from tests.ingest.building import HandClock, make_office
from tests.servers.dovecot import ImapTestServer, dovecot
from tests.servers.places import a_folder
from tests.servers.postgres import PostgresTestServer
from tests.servers.smtp import SmtpTestServer, smtp_server

NUMBERS = itertools.count(1)


@pytest.fixture
def engine(tmp_path: Path, sqlite_template: Path) -> Iterator[Engine]:
    shutil.copy(sqlite_template, tmp_path / "test.db")
    opened = open_database(f"sqlite:///{tmp_path / 'test.db'}")
    yield opened
    opened.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def both(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        yield request.getfixturevalue("engine")
        return
    server: PostgresTestServer = request.getfixturevalue("postgres_server")
    name = f"both_{next(NUMBERS)}"
    server.create_database(name, template=TEMPLATE)
    opened = open_database(server.url_for(name))
    yield opened
    opened.dispose()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def office(engine: Engine, clock: HandClock) -> Office:
    return make_office(engine, clock=clock)


@pytest.fixture(scope="session")
def imap() -> Iterator[ImapTestServer]:
    with a_folder("imap") as folder, dovecot(folder) as server:
        yield server


@pytest.fixture(scope="session")
def running_smtp(tmp_path_factory: pytest.TempPathFactory, imap: ImapTestServer) -> Iterator[SmtpTestServer]:
    with smtp_server(tmp_path_factory.mktemp("smtp"), imap=imap) as server:
        yield server


@pytest.fixture
def smtp(running_smtp: SmtpTestServer) -> SmtpTestServer:
    """The server without faults and with an empty journal."""
    running_smtp.set_faults([])
    (running_smtp.folder / "journal.jsonl").unlink(missing_ok=True)
    return running_smtp
