"""Duplicates and `show` among a million contacts and 200,000 boxes (LD-3, MG-8).

`duplicates` times the look for duplicates of one new lead (p95 under 10 ms), beside a search in the names as they are
written; `show` times the story of a box with 500 mails (under 300 ms), beside its mails read by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bench.figures import Asked, Line
from bench.house import fresh_databases
from bench.side import run_side

CONTACTS = 1_000_000
CONTACTS_OF_A_BOX = 5


def measure(asked: Asked, folder: Path) -> Iterator[Line]:
    """Measure both with each database; `n` contacts, a fifth as many boxes and companies."""
    for kind in asked.databases:
        with fresh_databases(kind, folder, 1) as [url]:
            run_side("bench.duplicates_sides:fill", url=url, contacts=asked.n or CONTACTS)
            product = run_side("bench.duplicates_sides:look", url=url)
            peer = run_side("bench.duplicates_sides:look_by_hand", url=url)
            yield Line("duplicates", product, "names in lower case, read by SQL", peer, kind)
            product = run_side("bench.duplicates_sides:show", url=url)
            peer = run_side("bench.duplicates_sides:show_by_hand", url=url)
            yield Line("show", product, "the mails alone, read by SQL", peer, kind)
