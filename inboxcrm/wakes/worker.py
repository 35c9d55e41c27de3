"""One RQ worker in this process: takes jobs from the one queue, one after the other, without forking.

What RQ's own loop does not do, and this one does:
- It lives on when Redis goes away and comes back (Q1).
- SIGTERM and SIGINT only raise a flag that is looked at between jobs, at least twice a second. RQ's handler
  leaves the loop by an exception, which can lose a job between taking and starting it.
- A beat tells every few seconds that the job at hand has a living worker, so that the job of a killed worker is
  given to another one after seconds, not after minutes.
- A job that takes too long is ended by a BaseException, which no `except Exception` of the job can swallow.
- Neither Redis nor the log gets the message of a job's exception, as it can quote a mail (V11).
"""

from __future__ import annotations

import logging
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import redis
import rq
from redis.backoff import ExponentialBackoff
from redis.retry import Retry
from rq.exceptions import DequeueTimeout
from rq.executions import Execution
from rq.job import Job
from rq.queue import Queue
from rq.registry import StartedJobRegistry
from rq.serializers import JSONSerializer
from rq.timeouts import UnixSignalDeathPenalty
from rq.worker import WorkerStatus

from inboxcrm.wakes.bell import QUEUE
from inboxcrm.wakes.errors import BellUnreachable, public_url

LOST_AFTER_S = 15
LOOK_FOR_STOP_S = 0.5
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.05, 2.0
WORKER_TTL_S = 20  # RQ lets a command hang for five seconds less

log = logging.getLogger(__name__)


class JobOutOfTime(BaseException):
    """The job has run for longer than its timeout; what it had open is rolled back on the way out."""


class _Deadline(UnixSignalDeathPenalty):
    def handle_death_penalty(self, signum: int, frame: FrameType | None) -> None:
        raise JobOutOfTime(f"the job ran for more than {self._timeout} seconds")


class _Stop:
    """The flag; a plain attribute, as a lock could be held by what the signal interrupts."""

    def __init__(self) -> None:
        self.is_wanted = False

    def ask(self, signum: int, frame: FrameType | None) -> None:
        self.is_wanted = True

    def pause(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.is_wanted and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, 0.1))


class _Worker(rq.SimpleWorker):
    death_penalty_class = _Deadline

    def __init__(self, connection: redis.Redis, lost_after_s: int) -> None:
        queue = Queue(QUEUE, connection=connection, serializer=JSONSerializer)
        super().__init__(
            [queue],
            connection=connection,
            serializer=JSONSerializer,
            worker_ttl=WORKER_TTL_S,
            maintenance_interval=max(1, lost_after_s // 3),
        )
        self.lost_after_s = lost_after_s

    def perform_jobs(self, stop: _Stop, *, burst: bool, on_ready: Callable[[], None]) -> None:
        """Work until asked to stop, or, in a burst, until nothing waits."""
        self.register_birth()  # type: ignore[no-untyped-call]
        self.set_state(WorkerStatus.IDLE)
        on_ready()
        with _beat(self):
            while not stop.is_wanted:
                if self.should_run_maintenance_tasks:
                    self.run_maintenance_tasks()  # type: ignore[no-untyped-call]
                if taken := self._take(is_waiting=not burst):
                    self.execute_job(*taken)
                elif burst:
                    break
        self.register_death()  # type: ignore[no-untyped-call]

    def _take(self, *, is_waiting: bool) -> tuple[Job, Queue] | None:
        try:
            return self.queue_class.dequeue_any(
                self.queues,
                LOOK_FOR_STOP_S if is_waiting else None,  # type: ignore[arg-type]  # Redis takes fractions
                connection=self.connection,
                job_class=self.job_class,
                serializer=self.serializer,
                death_penalty_class=self.death_penalty_class,
            )
        except DequeueTimeout:
            return None

    def beat(self) -> None:
        """Say that this worker lives, and that it is still at its job."""
        self.heartbeat()
        for execution in list(self.executions.values()):
            with self.connection.pipeline() as pipeline:
                execution.heartbeat(self.queues[0].started_job_registry, self.lost_after_s, pipeline)
                pipeline.execute()

    def get_heartbeat_ttl(self, job: Job, working_time: float = 0.0) -> int:
        return self.lost_after_s

    def handle_exception(self, job: Job, *exc_info: Any) -> None:
        kind, _, trace = exc_info
        where = "".join(traceback.format_tb(trace))
        log.error("job %s ended by %s\n%s", job.description, getattr(kind, "__name__", kind), where)

    def handle_job_failure(
        self,
        job: Job,
        queue: Queue,
        started_job_registry: StartedJobRegistry | None = None,
        exc_string: str = "",
        execution: Execution | None = None,
    ) -> None:
        told = "its place is in the log of the worker"
        super().handle_job_failure(job, queue, started_job_registry, told, execution)


def work_queue(
    url: str,
    *,
    burst: bool = False,
    on_ready: Callable[[], None] | None = None,
    lost_after_s: int = LOST_AFTER_S,
) -> None:
    """Perform jobs until SIGTERM or SIGINT, which let the job at hand end; call it in the main thread.

    `on_ready` is called once, when the worker first listens. With `burst` it returns when nothing waits, and
    raises BellUnreachable if Redis is away; without, it waits for Redis as long as that takes. A job whose
    worker has been silent for `lost_after_s` seconds is given to another one.
    """
    for name in ("rq.worker", "rq.job"):
        logging.getLogger(name).setLevel(logging.WARNING)
    ready = [on_ready] if on_ready else []
    pause_s = FIRST_PAUSE_S

    def listening() -> None:
        nonlocal pause_s
        pause_s = FIRST_PAUSE_S
        while ready:
            ready.pop()()

    with _signals_ask() as stop:
        while not stop.is_wanted:
            try:
                with _connected(url) as connection:
                    _Worker(connection, lost_after_s).perform_jobs(stop, burst=burst, on_ready=listening)
                    return
            except (redis.ConnectionError, redis.TimeoutError) as error:
                if burst:
                    raise BellUnreachable(url, type(error).__name__) from error
                log.warning("Redis at %s is away (%s)", public_url(url), type(error).__name__)
            stop.pause(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)


@contextmanager
def _connected(url: str) -> Iterator[redis.Redis]:
    connection = redis.Redis.from_url(url, retry=Retry(ExponentialBackoff(cap=0.2, base=0.02), 3))
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def _signals_ask() -> Iterator[_Stop]:
    stop = _Stop()
    before = {number: signal.signal(number, stop.ask) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _beat(worker: _Worker) -> Iterator[None]:
    """Beat from a thread of its own, as the main one is busy with the job."""
    is_over = threading.Event()

    def beat_on() -> None:
        while not is_over.wait(worker.lost_after_s / 4):
            try:
                worker.beat()
            except redis.RedisError:
                continue  # the main thread meets it too, and says it

    thread = threading.Thread(target=beat_on, name="beat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()
