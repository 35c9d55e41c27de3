"""An Office of the product for a benchmark: one shared account, two users, an empty database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from bench.mail_account import ADDRESS
from inboxcrm.app.migrate import migrate_database
from inboxcrm.base.clock import Clock, SystemClock
from inboxcrm.base.database import open_database
from inboxcrm.base.ids import SystemIds
from inboxcrm.base.settings import Settings
from inboxcrm.base.work import Office
from tests.servers.postgres import postgres

KEY = bytes(range(32))


@dataclass(frozen=True, slots=True)
class FixedClock:
    """Stands still."""

    at: datetime

    def now(self) -> datetime:
        return self.at


def settings_for(*, imap_port: int = 1, smtp_port: int = 1) -> Settings:
    """Give the settings of a company with one shared account on loopback servers."""
    imap = {"host": "127.0.0.1", "port": imap_port, "security": "none", "password": "pw"}
    smtp = {"host": "127.0.0.1", "port": smtp_port, "security": "none", "password": "pw"}
    users = (("anna", "account_manager"), ("bea", "sales_director"))
    return Settings.model_validate(
        {
            "company": {"name": "Bench", "domains": ["bench.example"], "country": "NL"},
            "account": [{"address": ADDRESS, "imap": imap, "smtp": smtp}],
            "user": [
                {"key": key, "name": key.title(), "address": f"{key}@bench.example", "role": role}
                for key, role in users
            ],
        }
    )


def office_on(engine: Engine, settings: Settings, clock: Clock | None = None) -> Office:
    """Give an Office that wakes nobody."""
    return Office(engine, clock or SystemClock(), SystemIds(), settings, KEY, lambda topics: None)


@contextmanager
def fresh_databases(kind: str, folder: Path, count: int) -> Iterator[list[str]]:
    """Give the URLs of empty databases with the newest tables; "sqlite" or "postgres"."""
    if kind == "sqlite":
        urls = [f"sqlite:///{folder / f'bench{number}.db'}" for number in range(count)]
        yield [_migrated(url) for url in urls]
        return
    with postgres(folder / "postgres") as server:
        for number in range(count):
            server.create_database(f"bench{number}")
        yield [_migrated(server.url_for(f"bench{number}")) for number in range(count)]


def _migrated(url: str) -> str:
    engine = open_database(url)
    migrate_database(engine)
    engine.dispose()
    return url
