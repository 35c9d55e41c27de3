"""Rules: a sweep over many opportunities of which 100 are due, beside plain Python and SQL written by hand.

`OP-9` fires for the due ones. `20 conditions` hold for nobody: it is the price of looking.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bench.figures import Asked, Line
from bench.house import fresh_databases
from bench.side import run_side

RECORDS = 100_000
PEERS = {"python": "a Python loop over all records", "sql": "SQL by hand, rows fetched"}


def measure(asked: Asked, folder: Path) -> Iterator[Line]:
    """Measure both groups of rules with each database."""
    for kind in asked.databases:
        with fresh_databases(kind, folder, 1) as [url]:
            run_side("bench.ruling_sides:fill", url=url, records=asked.n or RECORDS)
            for group in ("OP-9", "20 conditions"):
                bare = {
                    name: run_side(f"bench.ruling_sides:look_by_{name}", url=url, group=group)
                    for name in PEERS
                }
                product = run_side("bench.ruling_sides:sweep", url=url, group=group)
                for name, told in PEERS.items():
                    yield Line(f"rules, {group}", product, told, bare[name], kind)
