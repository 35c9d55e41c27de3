"""Jobs: our bell and our worker with a job that does nothing, beside RQ as it comes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bench.figures import Asked, Line, Side, median_side
from bench.side import run_side
from inboxcrm.wakes.embedded import start_valkey

JOBS = 2000


def measure(asked: Asked, folder: Path) -> Iterator[Line]:
    """Enqueue and perform jobs in one process, on the same Redis."""
    with start_valkey(folder) as server:
        product = median_side(asked.rounds, lambda number: _run("ring_and_work", server.url, asked.n))
        bare = median_side(asked.rounds, lambda number: _run("enqueue_and_work", server.url, asked.n))
    yield Line("jobs", product, "rq.SimpleWorker, burst", bare)


def _run(name: str, url: str, jobs: int | None) -> Side:
    return run_side(f"bench.queueing_sides:{name}", url=url, jobs=jobs or JOBS)
