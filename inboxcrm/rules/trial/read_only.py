"""A transaction that cannot write, whatever is asked of it: the database itself refuses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.orm import Session

from inboxcrm.base.work import Office


@contextmanager
def looking_only(office: Office) -> Iterator[Session]:
    """Open a transaction that sees one state of the database and that the database lets write nothing."""
    with office.reading() as session:
        if session.get_bind().dialect.name == "sqlite":
            session.execute(text("PRAGMA query_only = ON"))
            try:
                yield session
            finally:
                session.execute(text("PRAGMA query_only = OFF"))
        else:
            session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
            session.execute(text("SET LOCAL statement_timeout = 0"))
            yield session
