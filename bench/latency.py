"""Latency: how soon a new mail stands in the database while history is read, beside an idle mailbox."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bench.figures import Asked, Line, Side
from bench.house import fresh_databases
from bench.mail_account import fill_account
from bench.mails import many_mails
from bench.side import run_side
from tests.servers.dovecot import dovecot

HISTORY = 20_000


def measure(asked: Asked, folder: Path) -> Iterator[Line]:
    """Mail comes in one by one, first while a backfill runs, then after it; the 95th of a hundred counts."""
    with dovecot(folder / "imap") as server:
        fill_account(server, many_mails(asked.n or HISTORY))
        for kind in asked.databases:
            with fresh_databases(kind, folder, 1) as [url]:
                told = run_side("bench.latency_sides:wait_for_mails", port=server.port, url=url)
            more = told.more
            busy = Side(1, more["busy"]["p95_s"], told.peak_rss_mb, more)
            yield Line("latency", busy, "an idle mailbox", Side(1, more["idle"]["p95_s"], 0.0), kind)
