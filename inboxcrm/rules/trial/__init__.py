"""Trying rules out: what they would have done on the real history, why one fired, and mails as their tests.

The way of a replay: `told` (events to changes) -> `lives` with `life` (records as they were at a boundary, by the table
of `pasts`) -> `on_events` and `on_schedules` (what would have fired) -> `compare` (beside what did fire).
"""

from __future__ import annotations
