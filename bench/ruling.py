"""Rules: a sweep of 100 scheduled rules over many opportunities of which one in a thousand matches each.

`rules, unchanged` is the sweep of a day on which no episode begins or ends, beside SQL written by hand that finds the
same episodes and marks the rules as served, and beside the generated functions asked rule by rule and record by
record in Python. `rules, flat` is the same sweep in a tenth of the records with as many matches, as its own peer: a
ratio of 1 is a sweep that costs nothing for records that do not match. `rules, firing` is OP-9 with 100 deals that
have fallen quiet, beside the bare query. `rules, events` is a mail for 100 event rules of which none holds; `n` is the
number of mails.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bench.figures import Asked, Line
from bench.house import fresh_databases
from bench.side import run_side

RECORDS = 100_000  # a million is asked for by --n 1000000


def measure(asked: Asked, folder: Path) -> Iterator[Line]:
    """Measure all four with each database."""
    records = asked.n or RECORDS
    for kind in asked.databases:
        with fresh_databases(kind, folder, 2) as [url, small]:
            matching = max(records // 1000, 1)
            run_side("bench.ruling_sides:fill", url=url, records=records, matching=matching)
            run_side("bench.ruling_sides:fill", url=small, records=records // 10, matching=matching)
            product = run_side("bench.ruling_sides:sweep", url=url)
            by_hand = run_side("bench.ruling_sides:sweep_by_hand", url=url)
            bare = run_side("bench.ruling_sides:look_by_hand", url=url)
            in_python = run_side("bench.ruling_sides:look_by_python", url=url)
            fewer = run_side("bench.ruling_sides:sweep", url=small)
            yield Line("rules, unchanged", product, "SQL by hand with its episodes", by_hand, kind)
            yield Line("rules, unchanged", product, "SQL by hand, ids fetched only", bare, kind)
            yield Line("rules, unchanged", product, "a Python loop over all records", in_python, kind)
            yield Line("rules, flat", product, "a tenth of the records, as many matches", fewer, kind)
            fired = run_side("bench.ruling_sides:fire", url=url)
            bare = run_side("bench.ruling_sides:quiet_by_hand", url=url)
            yield Line("rules, firing", fired, "SQL by hand, rows fetched", bare, kind)
            mails = run_side("bench.ruling_sides:react", url=url)
            bare = run_side("bench.ruling_sides:react_by_python", url=url)
            yield Line("rules, events", mails, "a generated function for each rule", bare, kind)
