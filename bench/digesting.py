"""Digests: a thousand managers' at once, each of a team of his own, wanted within two minutes (MG-2)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bench.figures import Asked, Line
from bench.house import fresh_databases
from bench.side import run_side

MANAGERS = 1_000


def measure(asked: Asked, folder: Path) -> Iterator[Line]:
    """Measure the managers' day and the reps' morning with each database, beside one manager alone."""
    managers = asked.n or MANAGERS
    for kind in asked.databases:
        with fresh_databases(kind, folder, 1) as [url]:
            run_side("bench.digesting_sides:fill", url=url, managers=managers)
            for name in ("daily", "forecast"):
                alone = run_side(
                    "bench.digesting_sides:write", url=url, managers=managers, kind=name, to="lead0"
                )
                product = run_side(
                    "bench.digesting_sides:write", url=url, managers=managers, kind=name, to="managers"
                )
                yield Line(f"digests, {name}", product, "one manager's digest alone", alone, kind)
