"""Ringing for workers: one job on the one queue for each topic that may have work.

The job carries its topic and nothing else, as JSON (pickle would let whoever writes to Redis run code here).
The queue is one, because RQ keeps a job over a crash between taking and starting it only for workers of exactly
one queue. `Retry` is set, because RQ gives a job that lost its worker to another one only then; its interval is
0, because any other needs RQ's scheduler.

A topic that waits already is not rung for again, so that a busy worker and an eager ticker do not fill the
queue. This is safe: the bell is rung after the commit, and a job that was still waiting then is started later,
so it sees the work. A job that runs is not in the list of the waiting ones, so its topic is rung for again:
it may have looked before the commit. For that look each job's id begins with its topic (`_job_id`).
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import redis
import rq
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq.serializers import JSONSerializer

from inboxcrm.wakes.errors import BellUnreachable, RedisUrlWrong

QUEUE = "inboxcrm"
PERFORM = "inboxcrm.workers.jobs.perform"
JOB_TIMEOUT_S = 120
FAILURE_KEPT_S = 600
RETRIES = 3
ANSWER_WITHIN_S = 0.8  # for each of two tries
MOST_LOOKED_AT = 1_000  # waiting jobs that are looked at; behind them a topic may wait twice
COUNTER_KEY = "inboxcrm:rings"

Answer = TypeVar("Answer")


class Bell:
    """Rings the workers' one queue at `url`; connects when first used, and again after Redis was away.

    `perform` is the path of the function that the job calls with its topic, `job_timeout_s` how long it may
    run. May be used from several threads. Raises RedisUrlWrong.
    """

    def __init__(self, url: str, *, perform: str = PERFORM, job_timeout_s: int = JOB_TIMEOUT_S) -> None:
        self._url = url
        self._perform = perform
        self._job_timeout_s = job_timeout_s
        try:
            self._redis = redis.Redis.from_url(
                url,
                socket_timeout=ANSWER_WITHIN_S,
                socket_connect_timeout=ANSWER_WITHIN_S,
                # One more try at once, as the connection that is kept may be to a Redis that was restarted.
                retry=Retry(NoBackoff(), 1),
            )
        except ValueError as error:
            raise RedisUrlWrong from error
        self._queue = rq.Queue(QUEUE, connection=self._redis, serializer=JSONSerializer)

    def ring(self, topics: Iterable[str]) -> None:
        """Enqueue one job per topic that does not wait already; call it after the commit, never before.

        Takes two seconds at most if Redis is gone. Raises BellUnreachable: log it and go on, as the ticker
        will ring again.
        """
        wanted = list(dict.fromkeys(topics))
        if wanted:
            self._ask(lambda: self._enqueue(wanted))

    def backlog(self) -> int:
        """How many jobs wait, the running ones not counted. Raises BellUnreachable."""
        return int(self._ask(lambda: self._redis.llen(self._queue.key)))

    def ping(self) -> None:
        """Do nothing, or raise BellUnreachable."""
        self._ask(self._redis.ping)

    def close(self) -> None:
        """Give the connections back; the next call opens new ones."""
        self._redis.close()

    def _enqueue(self, wanted: list[str]) -> None:
        with self._redis.pipeline(transaction=False) as look:
            look.lrange(self._queue.key, 0, MOST_LOOKED_AT - 1)
            look.incrby(COUNTER_KEY, len(wanted))
            look.time()
            waiting_ids, counter, (second, microsecond) = look.execute()
        waiting = {_topic_part(job_id.decode()) for job_id in waiting_ids}
        missing = [topic for topic in wanted if _encode(topic) not in waiting]
        if missing:
            stamp = f"{second}{microsecond:06}"
            self._queue.enqueue_many(
                [self._job(topic, f"{stamp}{counter - place}") for place, topic in enumerate(missing)]
            )

    def _job(self, topic: str, stamp: str) -> Any:
        return rq.Queue.prepare_data(
            self._perform,
            args=[topic],
            timeout=self._job_timeout_s,
            result_ttl=0,
            failure_ttl=FAILURE_KEPT_S,
            description=topic,
            job_id=_job_id(topic, stamp),
            retry=rq.Retry(max=RETRIES),
        )

    def _ask(self, question: Callable[[], Answer]) -> Answer:
        try:
            return question()
        except redis.RedisError as error:
            raise BellUnreachable(self._url, type(error).__name__) from error


def _job_id(topic: str, stamp: str) -> str:
    """The topic, encoded, and digits that no other job has: the server's time and a counter.

    The counter alone would start again after FLUSHALL, and a job that is running would share its record.
    """
    return f"{_encode(topic)}-{stamp}"


def _topic_part(job_id: str) -> str:
    return job_id.rpartition("-")[0]


def _encode(topic: str) -> str:
    """The topic in the letters that RQ allows in an id; no two topics give the same."""
    return urlsafe_b64encode(topic.encode()).decode().rstrip("=")
