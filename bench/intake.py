"""Intake: all mails of a Dovecot account end to end, beside a bare fetch and the probe of the ceiling.

`intake` takes every mail as new (leads, events); `history` as mail that lay there before the account went live.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.figures import Asked, Line, Side, median_side
from bench.house import fresh_databases
from bench.mail_account import ADDRESS, fill_account
from bench.mails import all_mails
from bench.side import run_side
from tests.servers.dovecot import ImapTestServer, dovecot

CEILINGS = {
    "sqlite": (("sqlite", "c32", "db", "serial"), ("sqlite", "lite", "file", "serial")),
    "postgres": (("pg", "c32", "db", "serial"), ("pg", "lite", "file", "serial")),
}


def measure_live(asked: Asked, folder: Path) -> Iterator[Line]:
    """Every mail is new: customers become leads, facts are written for the workers."""
    return _measure("intake", asked, folder, is_history=False)


def measure_history(asked: Asked, folder: Path) -> Iterator[Line]:
    """Every mail was there before: contacts and history only (IN-16)."""
    return _measure("history", asked, folder, is_history=True)


def _measure(bench: str, asked: Asked, folder: Path, *, is_history: bool) -> Iterator[Line]:
    with dovecot(folder / "imap") as server:
        count = fill_account(server, all_mails(asked.n))
        _fetch(server)  # so that nobody is the first to read the files
        bare = median_side(asked.rounds, lambda number: _fetch(server))
        for kind in asked.databases:
            with fresh_databases(kind, folder, asked.rounds + 1) as urls:
                product = median_side(
                    asked.rounds, lambda number: _take_in(server, urls[number], is_history=is_history)
                )
                if product.n != count:
                    raise RuntimeError(f"{product.n} of {count} mails were taken in")
                yield Line(bench, product, "imapclient fetch, 500 at once", bare, kind)
                for modes in CEILINGS[kind] if os.environ.get("INBOXCRM_PEERS") else ():
                    peer = median_side(
                        asked.rounds, lambda number, modes=modes: _ceiling(server, modes, urls[-1])
                    )
                    yield Line(bench, product, " ".join(("ceiling.py", *modes)), peer, kind)


def _fetch(server: ImapTestServer) -> Side:
    return run_side("bench.intake_sides:fetch_all", port=server.port, user=ADDRESS)


def _take_in(server: ImapTestServer, url: str, *, is_history: bool) -> Side:
    return run_side("bench.intake_sides:take_in_all", port=server.port, url=url, is_history=is_history)


def _ceiling(server: ImapTestServer, modes: tuple[str, ...], url: str) -> Side:
    with tempfile.TemporaryDirectory(prefix="bench-", dir="/tmp") as home:
        environment = {"PEERS_HOME": home, "IMAP_USER": ADDRESS, "N": "0"}
        return run_side(
            "bench.intake_sides:run_ceiling", environment, port=server.port, modes=list(modes), url=url
        )
