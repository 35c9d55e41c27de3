"""Replay: the past of many messages judged by 100 rules, beside asking for the facts of each message by itself.

The aim is 100,000 messages under two minutes, with memory that does not grow with them: `--n 100000`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bench.figures import Asked, Line
from bench.house import fresh_databases
from bench.side import run_side

MESSAGES = 10_000
PEER = "the facts of today, message by message"


def measure(asked: Asked, folder: Path) -> Iterator[Line]:
    """Measure a replay of 90 days with each database."""
    messages = asked.n or MESSAGES
    for kind in asked.databases:
        with fresh_databases(kind, folder, 1) as [url]:
            run_side("bench.replaying_sides:fill", url=url, messages=messages)
            bare = run_side("bench.replaying_sides:ask_one_by_one", url=url, messages=min(messages, 1000))
            product = run_side("bench.replaying_sides:replay", url=url, messages=messages)
            yield Line("replay, 100 rules", product, PEER, bare, kind)
