"""The database is the truth: Valkey may forget everything or be away, and the end is the same (V5, S2, Q1)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import redis

from inboxcrm.wakes.embedded import start_valkey
from tests.flows.kills import KINDS
from tests.flows.script import nothing_more, play, set_parts_stage
from tests.flows.snapshot import differences, doubles, snapshot
from tests.flows.stage import Servers, Stage

Records = Callable[[str], dict[str, list[str]]]


@pytest.mark.parametrize("database", KINDS)
def test_valkey_flushed_at_every_step_changes_nothing(
    servers: Servers, undisturbed: Records, database: str
) -> None:
    """FLUSHALL after each act of a person, while the product works on it."""
    with set_parts_stage(servers, database, f"zqf{database[:1]}") as stage:
        stage.start_parts()
        flushed = 0

        def flush() -> None:
            nonlocal flushed
            assert stage.valkey is not None
            redis.Redis.from_url(stage.valkey.url).flushall()
            flushed += 1

        play(stage, flush)

        assert flushed == 7
        assert differences(snapshot(stage), undisturbed(database)) == []
        assert doubles(stage) == []


def test_mail_is_taken_in_while_valkey_is_away_and_all_effects_come_once(
    servers: Servers, undisturbed: Records
) -> None:
    """Q1: the poller goes on without Valkey; what waited is done once when it is back."""
    with set_parts_stage(servers, "sqlite", "zqaway") as stage:
        stage.start_parts()
        steps = iter([lambda: _take_in_without_valkey(stage)])

        play(stage, lambda: next(steps, nothing_more)())

        assert next(steps, None) is None
        assert differences(snapshot(stage), undisturbed("sqlite")) == []
        assert doubles(stage) == []


def _take_in_without_valkey(stage: Stage) -> None:
    """Take Valkey away before the poller has looked, see the mail come in, and bring Valkey back."""
    assert stage.valkey is not None
    stage.valkey.stop()
    stage.wait_for_row("the mail, with Valkey away", "select 1 from message where subject like 'Licences%'")
    pending = stage.one("select count(*) from event where state = 'pending'")
    stage.valkey = start_valkey(stage.folder / "redis")
    assert pending >= 1
