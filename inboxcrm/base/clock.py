"""The one place that reads the time. Everything else is handed a `Clock` or a moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Tells the present moment as an aware UTC time."""

    def now(self) -> datetime:
        """Give the present moment, aware, in UTC."""


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """Give the present moment, aware, in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class OffsetClock:
    """Real time plus the seconds that a file holds, so that all processes of a demo move together.

    A missing or empty file means no offset.
    """

    file: Path

    def now(self) -> datetime:
        """Give real time plus the file's offset, aware, in UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.offset_s())

    def offset_s(self) -> float:
        """Read the offset in seconds."""
        try:
            return float(self.file.read_text() or 0)
        except FileNotFoundError:
            return 0.0

    def move(self, by: timedelta) -> None:
        """Move the clock of everybody who reads this file."""
        aside = self.file.with_suffix(".new")
        aside.write_text(str(self.offset_s() + by.total_seconds()))
        aside.replace(self.file)
