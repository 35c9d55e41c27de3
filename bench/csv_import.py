"""Records of an old CRM: our import with its check for duplicates, beside csv and bare INSERTs of the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bench.csv_import_sides import write_people
from bench.figures import Asked, Line, Side, median_side
from bench.house import fresh_databases
from bench.side import run_side

ROWS = 100_000


def measure(asked: Asked, folder: Path) -> Iterator[Line]:
    """Take in contacts of which every tenth is a duplicate, with their companies; on a database that is empty."""
    rows = asked.n or ROWS
    write_people(folder, rows)
    for database in asked.databases:
        with fresh_databases(database, folder, 2 * asked.rounds) as urls:
            product = median_side(asked.rounds, lambda number: _run("take_in", urls[2 * number], folder))
            bare = median_side(asked.rounds, lambda number: _run("bare_insert", urls[2 * number + 1], folder))
        yield Line("csv_import", product, "csv and bare INSERT", bare, database)


def _run(name: str, url: str, folder: Path) -> Side:
    return run_side(f"bench.csv_import_sides:{name}", url=url, folder=str(folder))
