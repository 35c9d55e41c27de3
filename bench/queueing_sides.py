"""The sides of the jobs benchmark, each run in a process of its own."""

from __future__ import annotations

import logging
import time
from typing import Any

import redis
import rq

from inboxcrm.wakes.bell import Bell
from inboxcrm.wakes.worker import work_queue

done: list[str] = []


def do_nothing(topic: str) -> None:
    """The job; it counts itself, as a worker in this process performs it."""
    done.append(topic)


def ring_and_work(url: str, jobs: int) -> dict[str, Any]:
    """Ring for so many topics at once, then perform them in a burst; the two are also told apart."""
    redis.Redis.from_url(url).flushall()
    done.clear()
    bell = Bell(url, perform="bench.queueing_sides.do_nothing")
    begun = time.perf_counter()
    bell.ring(f"topic {number}" for number in range(jobs))
    rung = time.perf_counter()
    work_queue(url, burst=True)
    return _told(jobs, begun, rung)


def enqueue_and_work(url: str, jobs: int) -> dict[str, Any]:
    """The same by RQ alone, its log silenced as ours is."""
    logging.getLogger("rq.worker").setLevel(logging.WARNING)
    connection = redis.Redis.from_url(url)
    connection.flushall()
    done.clear()
    queue = rq.Queue("bare", connection=connection)
    begun = time.perf_counter()
    queue.enqueue_many(
        [rq.Queue.prepare_data("bench.queueing_sides.do_nothing", [f"topic {n}"]) for n in range(jobs)]
    )
    rung = time.perf_counter()
    rq.SimpleWorker([queue], connection=connection).work(burst=True)
    return _told(jobs, begun, rung)


def _told(jobs: int, begun: float, rung: float) -> dict[str, Any]:
    ended = time.perf_counter()
    if len(done) != jobs:
        raise RuntimeError(f"{len(done)} of {jobs} jobs were performed")
    return {"n": jobs, "seconds": ended - begun, "enqueue_s": round(rung - begun, 3)}
