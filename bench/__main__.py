"""`python -m bench [name …] [--n N] [--rounds R] [--postgres] [--json FILE]`: one JSON line for each comparison."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import (
    bounces,
    csv_import,
    digesting,
    duplicates,
    intake,
    latency,
    parsing,
    queueing,
    replaying,
    replies,
    ruling,
    sending,
)
from bench.figures import Asked, Line, write_line

BENCHES: dict[str, Callable[[Asked, Path], Iterator[Line]]] = {
    "intake": intake.measure_live,
    "history": intake.measure_history,
    "backfill": intake.measure_memory,
    "latency": latency.measure,
    "sending": sending.measure,
    "jobs": queueing.measure,
    "rules": ruling.measure,
    "replay": replaying.measure,
    "bounces": bounces.measure,
    "duplicates": duplicates.measure,
    "digests": digesting.measure,
    "replies": replies.measure,
    "csv_import": csv_import.measure,
    "parse": parsing.measure_pace,
    "memory": parsing.measure_memory,
}


def main(argv: list[str] | None = None) -> None:
    """Run the named benchmarks, or all of them."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("name", nargs="*", help=f"of {', '.join(BENCHES)}; without a name all of them")
    parser.add_argument("--n", type=int, help="how many mails, letters, jobs or records")
    parser.add_argument("--rounds", type=int, default=1, help="the median of so many rounds")
    parser.add_argument(
        "--postgres", action="store_true", help="on PostgreSQL too, where a database is asked"
    )
    parser.add_argument("--json", type=Path, help="append the lines to this file")
    options = parser.parse_args(argv)
    if unknown := set(options.name) - set(BENCHES):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}; there are {', '.join(BENCHES)}")
    asked = Asked(n=options.n, rounds=options.rounds, databases=("sqlite", *["postgres"] * options.postgres))
    for name in options.name or BENCHES:
        with tempfile.TemporaryDirectory(prefix="bench-", dir="/tmp") as folder:
            for line in BENCHES[name](asked, Path(folder)):
                write_line(line, options.json)


if __name__ == "__main__":
    main()
