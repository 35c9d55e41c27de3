"""One Valkey for the tests that leave it alone; each begins with an empty one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from inboxcrm.wakes.embedded import EmbeddedValkey, start_valkey
from tests.wakes import jobs
from tests.wakes.running import Pipe


@pytest.fixture(scope="session")
def running_valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedValkey]:
    with start_valkey(tmp_path_factory.mktemp("valkey")) as server:
        yield server


@pytest.fixture
def url(running_valkey: EmbeddedValkey) -> str:
    redis.Redis.from_url(running_valkey.url).flushall()
    jobs.performed.clear()
    return running_valkey.url


@pytest.fixture
def pipe(tmp_path: Path) -> Iterator[Pipe]:
    made = Pipe(tmp_path)
    yield made
    made.close()
