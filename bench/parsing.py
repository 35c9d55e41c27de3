"""Parsing: the pace beside the standard library and mail-parser, and the memory that one big mail needs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bench.figures import Asked, Line, median_side
from bench.side import run_side

SIDES = "bench.parsing_sides"
MAILS = 2000
BIG_MB = 50


def measure_pace(asked: Asked, folder: Path) -> Iterator[Line]:
    """Parse the same mails by `parse_mail`, by the pool, and by the two libraries alone."""
    mails = asked.n or MAILS

    here = median_side(asked.rounds, lambda _: run_side(f"{SIDES}:parse_here", mails=mails))
    pool = median_side(asked.rounds, lambda _: run_side(f"{SIDES}:parse_in_pool", mails=mails))
    library = median_side(asked.rounds, lambda _: run_side(f"{SIDES}:parse_by_library", mails=mails))
    mail_parser = median_side(asked.rounds, lambda _: run_side(f"{SIDES}:parse_by_mail_parser", mails=mails))
    yield Line("parse", here, "the standard library: parse, walk, decode", library)
    yield Line("parse", here, "mail-parser", mail_parser)
    yield Line("parse in the pool", pool, "the standard library: parse, walk, decode", library)


def measure_memory(asked: Asked, folder: Path) -> Iterator[Line]:
    """Parse one mail with 50 MB attached; `child_peak_rss_mb` is the largest process of the pool."""
    size_mb = asked.n or BIG_MB
    product = run_side(f"{SIDES}:parse_one_big", size_mb=size_mb)
    library = run_side(f"{SIDES}:parse_one_big_by_library", size_mb=size_mb)
    yield Line(f"one {size_mb} MB mail", product, "the standard library", library)
