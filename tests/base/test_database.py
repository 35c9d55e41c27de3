"""V12: moments are the same on both databases; one real clock for leases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from inboxcrm.base.database import (
    DatabaseUnreachable,
    DatabaseUnusable,
    check_database,
    database_now,
    open_database,
)
from inboxcrm.base.records import Switch
from inboxcrm.base.store import set_switch
from tests.build import on_both_databases

MOMENTS = [
    datetime(2026, 11, 23, 9, 30, 0, 123456, tzinfo=UTC),
    datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    datetime(9999, 12, 31, tzinfo=UTC),
]


@on_both_databases
def test_a_moment_comes_back_to_the_microsecond_and_sorts(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        for number, moment in enumerate(MOMENTS):
            set_switch(session, str(number), "x", moment)
    with Session(engine) as session, session.begin():
        assert list(session.scalars(select(Switch.at).order_by(Switch.at))) == sorted(MOMENTS)
        assert session.scalar(select(Switch.name).where(Switch.at < MOMENTS[0])) == "1"


@on_both_databases
def test_another_zone_is_the_same_moment_and_a_time_without_zone_is_refused(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        set_switch(session, "x", "x", datetime(2026, 11, 23, 10, 30, tzinfo=timezone(timedelta(hours=1))))
    with Session(engine) as session, session.begin():
        assert session.get_one(Switch, "x").at == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    with Session(engine) as session:
        set_switch(session, "y", "x", datetime(2026, 11, 23))  # noqa: DTZ001 — that is the fault
        with pytest.raises(StatementError, match="a time without a zone"):
            session.flush()


@on_both_databases
def test_the_databases_clock_is_real_time_whatever_the_process_believes(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        first = database_now(session)
        second = database_now(session)

    assert abs(first - datetime.now(UTC)) < timedelta(seconds=10)
    assert first <= second


def test_a_database_that_is_away_is_told_in_one_line_without_its_password() -> None:
    engine = open_database("postgresql+psycopg://me:s3cret@127.0.0.1:1/crm?connect_timeout=2")

    with pytest.raises(DatabaseUnreachable) as away:
        check_database(engine)

    assert "s3cret" not in str(away.value)
    assert "\n" not in str(away.value)


@pytest.mark.parametrize("content", [b"garbage" * 1000, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_that_is_no_database_is_named_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "crm.db"
    file.write_bytes(content)

    with pytest.raises(DatabaseUnusable) as told:
        check_database(open_database(f"sqlite:///{file}"))

    assert str(told.value).startswith(f"{file}: this is no database of SQLite; put the file back")
    assert "inboxcrm migrate" in str(told.value)
    assert file.read_bytes() == content


def test_a_damaged_database_is_told_when_the_damage_is_met(tmp_path: Path) -> None:
    """Its head is well: only who reads the bad pages sees it."""
    file = tmp_path / "crm.db"
    engine = open_database(f"sqlite:///{file}")
    with engine.begin() as connection:
        connection.exec_driver_sql("create table t (x text)")
        connection.exec_driver_sql("insert into t values (hex(zeroblob(20000)))")
    engine.dispose()
    content = file.read_bytes()
    file.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))

    with (
        pytest.raises(DatabaseUnusable, match=r"crm\.db: this database is damaged"),
        engine.connect() as connection,
    ):
        connection.exec_driver_sql("select * from t").all()
