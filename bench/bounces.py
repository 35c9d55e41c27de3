"""Bounces: whom they name, beside Sisimai's answers on the same files, and list mail, in which there are none.

It needs `INBOXCRM_CORPUS` with `bounce/bounces_expected.jsonl`, where each file has what it must give and what others
gave; without it nothing is measured.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from bench.figures import Asked, Line
from bench.side import run_side

MAILS = 2000
EXPECTED = Path("bounce", "bounces_expected.jsonl")


def measure(asked: Asked, folder: Path) -> Iterator[Line]:
    """Read every bounce of the corpus, then n mails of lists and absences; the peer is parsing alone."""
    corpus = os.environ.get("INBOXCRM_CORPUS", "")
    if not corpus or not Path(corpus, EXPECTED).is_file():
        return
    sides = "bench.bounces_sides"
    bare = run_side(f"{sides}:parse_bounces", corpus=corpus)
    yield Line("bounces", run_side(f"{sides}:read_bounces", corpus=corpus), "parsing alone", bare)
    mails = asked.n or MAILS
    bare = run_side(f"{sides}:parse_others", corpus=corpus, mails=mails)
    other = run_side(f"{sides}:read_others", corpus=corpus, mails=mails)
    yield Line("bounces, none there", other, "parsing alone", bare)
