"""No job is lost with its worker, and no worker is lost with its job or its Redis."""

from __future__ import annotations

import logging
import signal
from pathlib import Path

import pytest
import redis
from rq.job import Job
from rq.serializers import JSONSerializer

from inboxcrm.wakes.bell import Bell
from inboxcrm.wakes.embedded import start_valkey
from inboxcrm.wakes.errors import BellUnreachable
from inboxcrm.wakes.worker import work_queue
from tests.wakes import jobs
from tests.wakes.running import Pipe, running_worker


def ring(url: str, name: str, topic: str) -> None:
    Bell(url, perform=f"tests.wakes.jobs.{name}").ring([topic])


def test_the_job_of_a_killed_worker_is_performed_again_by_another(url: str, pipe: Pipe) -> None:
    with running_worker(url) as first:
        ring(url, "hang_once", pipe.topic)
        assert pipe.word() == "begun"
        first.kill()

    with running_worker(url):
        assert pipe.word() == "again"


def test_a_long_job_keeps_saying_that_its_worker_lives(url: str, pipe: Pipe) -> None:
    """So that no other worker takes it for lost; lost is who was silent for a second here."""
    client = redis.Redis.from_url(url)
    with running_worker(url):
        ring(url, "tell_and_wait", pipe.topic)
        assert pipe.word() == "begun"
        [(job, lost_at)] = client.zrange("rq:wip:inboxcrm", 0, -1, withscores=True)
        while client.zscore("rq:wip:inboxcrm", job) == lost_at:
            client.blpop("nothing", timeout=0.05)
        pipe.let_go()

        assert pipe.word() == "done"


def test_sigterm_lets_the_job_at_hand_end(url: str, pipe: Pipe) -> None:
    with running_worker(url) as worker:
        ring(url, "tell_and_wait", pipe.topic)
        assert pipe.word() == "begun"
        worker.send_signal(signal.SIGTERM)
        worker.send_signal(signal.SIGTERM)
        pipe.let_go()

        assert pipe.word() == "done"
        assert worker.wait(5) == 0
    assert not redis.Redis.from_url(url).keys("rq:job:*")


def test_sigterm_ends_an_idle_worker_and_leaves_the_rest_waiting(url: str, pipe: Pipe) -> None:
    with running_worker(url) as worker:
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(5) == 0
    ring(url, "tell", pipe.topic)

    assert Bell(url).backlog() == 1


def test_a_flushed_redis_costs_the_waiting_jobs_and_no_worker(url: str, pipe: Pipe) -> None:
    with running_worker(url):
        ring(url, "tell_and_wait", pipe.topic)
        assert pipe.word() == "begun"
        redis.Redis.from_url(url).flushall()
        pipe.let_go()
        assert pipe.word() == "done"
        # RQ may take the job whose record was wiped for lost and run it once more (V5 allows that); while that one
        # waits, a ring for its topic is passed over, so we ring again and again, as the ticker does.
        ring(url, "tell", pipe.topic)
        while (word := pipe.word()) != "told":
            if word == "begun":
                pipe.let_go()
            ring(url, "tell", pipe.topic)

        assert word == "told"


def test_a_worker_outlives_a_redis_that_was_away(tmp_path: Path, pipe: Pipe) -> None:
    with start_valkey(tmp_path / "valkey") as server, running_worker(server.url):
        server.process.kill()
        server.process.wait()
        with start_valkey(tmp_path / "valkey") as again:
            assert again.url == server.url
            ring(again.url, "tell", pipe.topic)

            assert pipe.word() == "told"


def test_a_redis_that_goes_in_the_middle_of_a_job_costs_a_second_run(tmp_path: Path, pipe: Pipe) -> None:
    with start_valkey(tmp_path / "valkey") as server, running_worker(server.url) as worker:
        ring(server.url, "tell_and_wait", pipe.topic)
        assert pipe.word() == "begun"
        server.process.kill()
        server.process.wait()
        pipe.let_go()
        assert pipe.word() == "done"
        assert worker.stderr is not None
        assert any(b"is away" in line for line in worker.stderr)
        with start_valkey(tmp_path / "valkey"):
            assert pipe.word() == "begun"
            pipe.let_go()

            assert pipe.word() == "done"


def test_a_job_that_fails_is_tried_three_times_more_and_the_worker_goes_on(url: str) -> None:
    ring(url, "fail", "bad")
    ring(url, "note", "good")
    work_queue(url, burst=True)

    assert sorted(jobs.performed) == ["bad"] * 4 + ["good"]
    client = redis.Redis.from_url(url)
    [failed] = client.zrange("rq:failed:inboxcrm", 0, -1)
    assert 0 < client.ttl(b"rq:job:" + failed) <= 600


def test_what_a_job_says_when_it_fails_stays_out_of_redis_and_the_log(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    ring(url, "fail", "bad")
    with caplog.at_level(logging.DEBUG):
        work_queue(url, burst=True)

    client = redis.Redis.from_url(url)
    [failed] = client.zrange("rq:failed:inboxcrm", 0, -1)
    result = Job.fetch(failed.decode(), client, JSONSerializer).latest_result()
    assert result is not None
    assert result.exc_string == "its place is in the log of the worker"
    assert "anna@customer.test" not in caplog.text
    assert "job bad ended by ValueError" in caplog.text


def test_no_job_can_swallow_the_end_of_its_time(url: str) -> None:
    ring(url, "swallow_everything", "slow")
    work_queue(url, burst=True)

    assert jobs.performed == ["slow"] * 4


def test_a_burst_without_redis_says_so() -> None:
    with pytest.raises(BellUnreachable):
        work_queue("redis://:secret@127.0.0.1:1/0", burst=True)


def test_the_signals_are_given_back(url: str) -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    work_queue(url, burst=True)

    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before
