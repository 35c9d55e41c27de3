"""Intake: all mails of a Dovecot account end to end, beside a bare fetch and the probe of the ceiling.

`intake` takes every mail as new (leads, events); `history` as mail that lay there before the account went live;
`backfill` reads 50,000 of those and watches the memory.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.figures import Asked, Line, Side, middle_side
from bench.house import fresh_databases
from bench.mail_account import ADDRESS, fill_account
from bench.mails import all_mails, many_mails
from bench.side import run_side
from tests.servers.dovecot import ImapTestServer, dovecot

CEILINGS = {
    ("history", "sqlite"): (("sqlite", "lite", "file", "proc"), ("sqlite", "lite", "file", "serial")),
    ("history", "postgres"): (("pg", "lite", "file", "serial"),),
    ("intake", "sqlite"): (("sqlite", "mp", "file", "proc"), ("sqlite", "c32", "db", "serial")),
    ("intake", "postgres"): (("pg", "mp", "file", "proc"),),
}
MANY = 50_000
FETCH = "imapclient fetch, 500 at once"


def measure_live(asked: Asked, folder: Path) -> Iterator[Line]:
    """Every mail is new: customers become leads, facts are written for the workers."""
    return _measure("intake", asked, folder, is_history=False)


def measure_history(asked: Asked, folder: Path) -> Iterator[Line]:
    """Every mail was there before: contacts and history only (IN-16)."""
    return _measure("history", asked, folder, is_history=True)


def measure_memory(asked: Asked, folder: Path) -> Iterator[Line]:
    """Read many old mails, each its own, and watch the memory of all processes that read: beside the first fifth."""
    count = asked.n or MANY
    with dovecot(folder / "imap") as server:
        fill_account(server, many_mails(count))
        for kind in asked.databases:
            with fresh_databases(kind, folder, 1) as [url]:
                whole = _take_in(server, url, is_history=True, watch_from=count // 5)
            most = whole.more["most_mb"]
            first = Side(count // 5, whole.more["first_seconds"], most["first"])
            product = Side(whole.n, whole.seconds, most["all"], whole.more)
            yield Line("backfill", product, f"its first {count // 5} mails", first, kind)


def _measure(bench: str, asked: Asked, folder: Path, *, is_history: bool) -> Iterator[Line]:
    """Product and peers take turns, so that other work on the machine takes from all of them."""
    with dovecot(folder / "imap") as server:
        count = fill_account(server, all_mails(asked.n))
        _fetch(server)  # so that nobody is the first to read the files
        for kind in asked.databases:
            peers = CEILINGS[bench, kind] if os.environ.get("INBOXCRM_PEERS") else ()
            names = [FETCH, *(" ".join(("ceiling.py", *modes)) for modes in peers)]
            sides: list[list[Side]] = [[] for _ in range(len(names) + 1)]
            with fresh_databases(kind, folder, asked.rounds + 1) as urls:
                for url in urls[:-1]:
                    sides[0].append(_take_in(server, url, is_history=is_history))
                    sides[1].append(_fetch(server))
                    for place, modes in enumerate(peers, start=2):
                        sides[place].append(_ceiling(server, modes, urls[-1]))
            product, *others = (middle_side(some) for some in sides)
            if product.n != count:
                raise RuntimeError(f"{product.n} of {count} mails were taken in")
            for name, peer in zip(names, others, strict=True):
                yield Line(bench, product, name, peer, kind)


def _fetch(server: ImapTestServer) -> Side:
    return run_side("bench.intake_sides:fetch_all", port=server.port, user=ADDRESS)


def _take_in(server: ImapTestServer, url: str, **asked: Any) -> Side:
    return run_side("bench.intake_sides:take_in_all", port=server.port, url=url, **asked)


def _ceiling(server: ImapTestServer, modes: tuple[str, ...], url: str) -> Side:
    with tempfile.TemporaryDirectory(prefix="bench-", dir="/tmp") as home:
        environment = {"PEERS_HOME": home, "IMAP_USER": ADDRESS, "N": "0"}
        return run_side(
            "bench.intake_sides:run_ceiling", environment, port=server.port, modes=list(modes), url=url
        )
