"""The PostgreSQL of the tests does what it says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from tests.servers.places import a_folder
from tests.servers.postgres import PostgresTestServer, postgres


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresTestServer]:
    with a_folder("postgres") as folder, postgres(folder) as running:
        yield running


def ask(server: PostgresTestServer, database: str, question: str) -> object:
    engine = sa.create_engine(server.url_for(database), poolclass=sa.NullPool)
    with engine.connect() as connection:
        return connection.execute(sa.text(question)).scalar_one()


def test_it_answers_over_its_socket_and_speaks_utf8(server: PostgresTestServer) -> None:
    assert ask(server, "postgres", "select 'Grüße'") == "Grüße"
    assert ask(server, "postgres", "show server_encoding") == "UTF8"
    assert ask(server, "postgres", "show listen_addresses") == ""


def test_a_database_is_copied_from_a_template_and_dropped(server: PostgresTestServer) -> None:
    server.create_database("ready")
    engine = sa.create_engine(server.url_for("ready"), poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("create table lead (id int primary key)"))
        connection.execute(sa.text("insert into lead values (7)"))

    server.create_database("copied", template="ready")

    assert ask(server, "copied", "select id from lead") == 7
    server.drop_database("copied")
    assert ask(server, "postgres", "select count(*) from pg_database where datname = 'copied'") == 0
