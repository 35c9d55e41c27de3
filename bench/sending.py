"""Sending: letters that wait in the outbox, beside bare aiosmtplib with the same bytes to the same server.

The product commits three times for a letter, so that each leaves effectively once (V6); the bare library never.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bench.figures import Asked, Line, Side, median_side
from bench.house import fresh_databases
from bench.side import run_side
from bench.sink import running_sink

LETTERS = 500


def measure(asked: Asked, folder: Path) -> Iterator[Line]:
    """Send letters with a PDF of 20 kB by `send_due_letters`, then their frozen bytes by the bare library."""
    letters = asked.n or LETTERS
    with running_sink() as port:
        for kind in asked.databases:
            with fresh_databases(kind, folder, asked.rounds) as urls:
                product = median_side(asked.rounds, lambda number: _send(port, urls[number], letters))
                bare = median_side(
                    asked.rounds,
                    lambda number: run_side("bench.sending_sides:send_bare", port=port, url=urls[number]),
                )
            yield Line("sending", product, "aiosmtplib, ready bytes, one connection", bare, kind)


def _send(port: int, url: str, letters: int) -> Side:
    return run_side("bench.sending_sides:send_letters", port=port, url=url, letters=letters)
