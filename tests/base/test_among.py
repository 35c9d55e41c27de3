"""One of many values, as one parameter, on both databases."""

from __future__ import annotations

from sqlalchemy import Engine, select

from inboxcrm.base.among import among
from inboxcrm.base.database import Session
from inboxcrm.base.records import Blob
from inboxcrm.base.store import keep_blobs
from tests.build import on_both_databases


@on_both_databases
def test_rows_are_found_by_any_number_of_texts_or_numbers(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        shas = keep_blobs(session, [b"a", b"bc", b"def"])

    with Session(engine) as session:

        def found(column, values) -> list[int]:
            query = select(Blob.size).where(among(session, column, values)).order_by(Blob.size)
            return list(session.scalars(query))

        assert found(Blob.sha256, [shas[0], shas[2], 'it\'s "odd"\\']) == [1, 3]
        assert found(Blob.size, range(2, 100_000)) == [2, 3]
        assert found(Blob.size, {2}) == [2]
        assert found(Blob.sha256, []) == []
