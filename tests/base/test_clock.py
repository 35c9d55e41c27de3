"""V12: time is handed in; all processes of a demo move together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from inboxcrm.base.clock import OffsetClock, SystemClock


def test_the_systems_time_is_aware_and_in_utc() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_processes_that_share_a_file_move_together(tmp_path: Path) -> None:
    mover, other = OffsetClock(tmp_path / "offset"), OffsetClock(tmp_path / "offset")
    assert other.offset_s() == 0.0

    mover.move(timedelta(days=3))
    mover.move(timedelta(hours=1))

    assert other.offset_s() == 3 * 86_400 + 3_600
    ahead = other.now() - datetime.now(UTC)
    assert timedelta(days=3, minutes=59) < ahead <= timedelta(days=3, hours=1)


def test_an_empty_file_moves_nothing(tmp_path: Path) -> None:
    (tmp_path / "offset").write_text("")

    assert OffsetClock(tmp_path / "offset").offset_s() == 0.0
