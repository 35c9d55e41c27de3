"""Asks an examined folder for UIDs, window by window, so that no command and no answer gets long (I12)."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date
from typing import Any

UID_WINDOW = 2000
WIDEST_SPAN = 64_000
FEW_ENOUGH = 50_000


class UidSearch:
    """The part of a mailbox that searches for UIDs in the folder that was examined."""

    _client: Any
    _uidnext: int
    _exists: int

    def _asking(self, what: str) -> AbstractContextManager[None]:
        raise NotImplementedError

    def uids_from(self, uid: int, window: int = UID_WINDOW) -> list[int]:
        """The next UIDs from `uid` on, ascending, at most `window`; empty when there are no more.

        Call it again with the last one plus 1. It sees what was there when the folder was examined.
        """
        low, span = max(uid, 1), window
        while low < self._uidnext:
            high = min(low + span - 1, self._uidnext - 1)
            with self._asking("search"):
                found = self._client.search(["UID", f"{low}:{high}"])
            uids = sorted({int(one) for one in found if low <= int(one) <= high})
            if uids:
                return uids[:window]
            low, span = high + 1, self.wider_span(span)
        return []

    def wider_span(self, span: int) -> int:
        """The span of UIDs to ask for after one that held few: no answer may come near a million bytes (I12)."""
        return span * 2 if self._exists <= FEW_ENOUGH else min(span * 2, WIDEST_SPAN)

    def uids_between(self, low: int, high: int) -> list[int]:
        """The UIDs from `low` to `high`, both included, ascending; keep the span small (I12)."""
        if high < low:
            return []
        with self._asking("search"):
            found = self._client.search(["UID", f"{low}:{high}"])
        return sorted({int(one) for one in found if low <= int(one) <= high})

    def uids_larger(self, low: int, high: int, size: int) -> list[int]:
        """The UIDs from `low` to `high`, both included, of mails with more than `size` bytes, ascending."""
        with self._asking("search by size"):
            found = self._client.search(["UID", f"{low}:{high}", "LARGER", size])
        return sorted({int(one) for one in found if low <= int(one) <= high})

    def uids_since(self, day: date, low: int) -> list[int]:
        """The UIDs from `low` on that the server received on this day or later, by its own calendar, ascending."""
        if low >= self._uidnext:
            return []
        with self._asking("search by day"):
            found = self._client.search(["UID", f"{low}:{self._uidnext - 1}", "SINCE", day])
        return sorted({int(one) for one in found if low <= int(one) < self._uidnext})

    def all_uids(self) -> list[int]:
        """Every UID of the examined folder, ascending, asked for window by window."""
        uids: list[int] = []
        while more := self.uids_from(uids[-1] + 1 if uids else 1):
            uids.extend(more)
        return uids
