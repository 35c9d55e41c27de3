"""How many bytes may be downloaded: a bucket that fills by the day, of which a part is kept for new mail (I16)."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime

DAY_S = 86_400.0


@dataclass(slots=True)
class ByteBudget:
    """The bucket of one account: what was left in it at a moment. No limit if `bytes_a_day` is None.

    Both lanes of an account, each a thread, draw from it.
    """

    bytes_a_day: int | None
    live_share: float
    left: float
    at: datetime
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def refill(self, now: datetime) -> None:
        """Add what has flowed in since; a clock that goes back adds nothing."""
        if self.bytes_a_day is None:
            return
        with self._lock:
            passed_s = max((now - self.at).total_seconds(), 0.0)
            self.left = min(self.left + passed_s * self.bytes_a_day / DAY_S, float(self.bytes_a_day))
            self.at = now

    def spend(self, size: int, now: datetime) -> None:
        """Take out what was downloaded, also more than there is: new mail is never made to wait."""
        self.refill(now)
        if self.bytes_a_day is not None:
            with self._lock:
                self.left -= size

    def history_pause_s(self, size: int, now: datetime) -> float:
        """Give the seconds until so many bytes of history may be had without touching the share of new mail."""
        self.refill(now)
        if self.bytes_a_day is None:
            return 0.0
        # One batch bigger than all that history may ever have must go through when the bucket is full.
        needed = min(self.bytes_a_day * self.live_share + size, float(self.bytes_a_day))
        return max(needed - self.left, 0.0) * DAY_S / self.bytes_a_day
