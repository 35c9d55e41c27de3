"""Whoever rings is heard once, is never held up, and leaves no data in Redis."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from zlib import decompress

import pytest
import redis
from rq.serializers import JSONSerializer

from inboxcrm.wakes.bell import Bell
from inboxcrm.wakes.embedded import start_valkey
from inboxcrm.wakes.errors import BellUnreachable
from inboxcrm.wakes.worker import work_queue
from tests.wakes import jobs


def bell(url: str, name: str = "note") -> Bell:
    return Bell(url, perform=f"tests.wakes.jobs.{name}")


def test_each_topic_is_performed_once_however_often_it_was_rung_for(url: str) -> None:
    ringing = bell(url)
    ringing.ring(["deliver:7", "rules", "deliver:7"])
    ringing.ring(["rules", "deliver:8"])

    assert ringing.backlog() == 3
    work_queue(url, burst=True)
    assert sorted(jobs.performed) == ["deliver:7", "deliver:8", "rules"]
    assert ringing.backlog() == 0


def test_topics_that_look_alike_are_not_taken_for_each_other(url: str) -> None:
    topics = ["a:1", "a_1", "a-1", "a", "a-", "ä"]
    for topic in topics:
        bell(url).ring([topic])
    work_queue(url, burst=True)

    assert jobs.performed == topics


def test_a_topic_whose_job_is_running_is_rung_for_again(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The job may have looked before the commit that the bell is rung for."""

    def note_and_ring(topic: str) -> None:
        jobs.performed.append(topic)
        if len(jobs.performed) == 1:
            bell(url).ring([topic])

    monkeypatch.setattr(jobs, "note", note_and_ring)
    bell(url).ring(["rules"])
    work_queue(url, burst=True)

    assert jobs.performed == ["rules", "rules"]


def test_redis_holds_json_and_no_pickle(url: str) -> None:
    bell(url).ring(["rules"])
    [waiting] = redis.Redis.from_url(url).lrange("rq:queue:inboxcrm", 0, -1)
    job = redis.Redis.from_url(url).hgetall(b"rq:job:" + waiting)

    assert job[b"timeout"] == b"120"
    assert job[b"retries_left"] == b"3"

    assert JSONSerializer.loads(decompress(job[b"data"])) == ["tests.wakes.jobs.note", None, ["rules"], {}]


def test_performed_jobs_leave_nothing_behind(url: str) -> None:
    bell(url).ring(["rules"])
    work_queue(url, burst=True)

    assert not redis.Redis.from_url(url).keys("rq:job:*")


def test_a_bell_without_redis_says_so_without_its_password() -> None:
    with pytest.raises(BellUnreachable) as refused:
        Bell("redis://user:secret@127.0.0.1:1/0").ring(["rules"])

    told = "Redis at redis://127.0.0.1:1/0 cannot be reached (ConnectionError)"
    assert str(refused.value) == told


def test_ringing_for_nothing_asks_nobody() -> None:
    assert Bell("redis://127.0.0.1:1/0").ring([]) is None


def test_a_redis_that_hangs_holds_the_bell_up_for_two_seconds_at_most(tmp_path: Path) -> None:
    with start_valkey(tmp_path) as server:
        ringing = bell(server.url)
        ringing.ping()
        os.kill(server.process.pid, signal.SIGSTOP)
        begun = time.monotonic()
        try:
            with pytest.raises(BellUnreachable):
                ringing.ring(["rules"])
            assert time.monotonic() - begun < 2.2
        finally:
            os.kill(server.process.pid, signal.SIGCONT)


def test_the_bell_works_again_after_redis_was_started_anew(tmp_path: Path) -> None:
    with start_valkey(tmp_path) as server:
        ringing = bell(server.url)
        ringing.ring(["rules"])
    with pytest.raises(BellUnreachable):
        ringing.ping()
    with start_valkey(tmp_path):
        ringing.ring(["deliver:1"])

        assert ringing.backlog() == 2
