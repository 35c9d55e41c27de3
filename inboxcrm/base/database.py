"""The database: engines for SQLite and PostgreSQL that behave alike, and its real clock.

SQLite: WAL, and every writing transaction is BEGIN IMMEDIATE, so that two writers wait for each other
instead of failing half way. PostgreSQL: READ COMMITTED with row locks and unique keys.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Connection, Engine, MetaData, create_engine, event, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import ArgumentError, DataError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.orm import Session as Session  # others name the type from here

from inboxcrm.base.columns import EPOCH, UtcTime
from inboxcrm.base.errors import ConfigError, ServerError

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# FULL, as a letter's state must be on the disk before its bytes leave (V6). Kilobytes of cache and pages of the
# log between checkpoints: batches of mail touch many pages again and again. Mails fill many pages, so these are big;
# a file that is there already keeps its own.
PRAGMAS = (
    "page_size=8192",
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=30000",
    "cache_size=-16384",
    "wal_autocheckpoint=2000",
)

UNUSABLE = {
    sqlite3.SQLITE_NOTADB: "this is no database of SQLite",
    sqlite3.SQLITE_CORRUPT: "this database is damaged (SQLite: database disk image is malformed)",
}
DatabaseTrouble = SQLAlchemyError  # what goes wrong with the database in use
ValuesRefused = (DataError, IntegrityError)  # the database is well and does not take these values


class Base(DeclarativeBase):
    """The root of all tables."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcTime}


class DatabaseUnreachable(ServerError):
    """The database cannot be opened."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"database {url}: {reason}")


class DatabaseUnusable(ConfigError, SQLAlchemyError):
    """The file of the database holds something else, or is damaged: no waiting and no trying again helps."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(
            f"{file}: {reason}; put the file back from your backup, or name the right one as `database` in [storage]."
            " To begin anew instead, move it away and run: inboxcrm migrate"
        )


class DatabaseUrlWrong(ConfigError):
    """The configured URL names no database that we can use; it may hold a password, so it is not repeated."""

    def __init__(self) -> None:
        super().__init__(
            "[storage] database is no URL of a database; right are postgresql+psycopg://user@host/name"
            " and sqlite:////folder/file.db"
        )


def open_database(url: str) -> Engine:
    """Make an engine for `url`; nothing is connected yet. Raises DatabaseUrlWrong."""
    try:
        return _make_engine(url)
    except (ArgumentError, ImportError, ValueError) as error:
        raise DatabaseUrlWrong from error


def _make_engine(url: str) -> Engine:
    if url.startswith("sqlite"):
        engine = create_engine(url, connect_args={"timeout": 30, "check_same_thread": False})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        event.listen(engine, "handle_error", _tell_unusable)
        return engine
    return create_engine(
        url, pool_size=5, max_overflow=20, connect_args={"options": "-c statement_timeout=60000"}
    )


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun by us, not by the driver
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _tell_unusable(context: ExceptionContext) -> None:
    """Say of a file that is no database which one it is; SQLite's own words name none."""
    code = getattr(context.original_exception, "sqlite_errorcode", 0) & 0xFF
    if context.engine and (reason := UNUSABLE.get(code)):
        raise DatabaseUnusable(context.engine.url.database or "", reason) from context.original_exception


def _begin_sqlite(connection: Connection) -> None:
    is_reading = connection.get_execution_options().get("is_reading", False)
    connection.exec_driver_sql("BEGIN" if is_reading else "BEGIN IMMEDIATE")


def check_database(engine: Engine) -> None:
    """Open one connection; raise DatabaseUnreachable or DatabaseUnusable with one clear line if that fails."""
    try:
        with engine.connect() as connection:
            connection.execute(text("select 1"))
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0]
        raise DatabaseUnreachable(engine.url.render_as_string(hide_password=True), reason) from error


def database_now(session: Session) -> datetime:
    """Read the database's own real clock: leases are measured by it, whatever time the process believes."""
    if session.get_bind().dialect.name == "sqlite":
        micros = session.scalar(
            text("select cast((julianday('now') - 2440587.5) * 86400000 as integer) * 1000")
        )
    else:
        micros = session.scalar(text("select (extract(epoch from clock_timestamp()) * 1000000)::bigint"))
    value = UtcTime().process_result_value(micros, session.get_bind().dialect)
    return value or EPOCH


def lock_name(session: Session, name: int) -> None:
    """Let one transaction at a time pass, until it ends: SQLite has one writer anyway, PostgreSQL is told."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("select pg_advisory_xact_lock(:name)"), {"name": name})
