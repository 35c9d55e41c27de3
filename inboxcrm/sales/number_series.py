"""Numbers of legal series: no gap and no double, with any number of issuers (V8).

The series' row is locked from the draw to the end of the transaction; a rollback gives the number back.
"""

from __future__ import annotations

from datetime import date

from inboxcrm.base.errors import Refused
from inboxcrm.base.store import insert_or_ignore
from inboxcrm.base.work import Work
from inboxcrm.sales.records import NumberSeries
from inboxcrm.sales.store import lock_series

PREFIXES = {"quote": "Q", "order": "O", "invoice": "I"}


def draw_number(work: Work, kind: str, on: date) -> str:
    """Draw the next number of a kind's series of that year; the date of a series never goes back (IV-1)."""
    name = f"{PREFIXES[kind]}-{on.year}"
    insert_or_ignore(work.session, NumberSeries.__table__, [{"name": name, "last": 0, "last_on": on}])
    series = lock_series(work.session, name)
    if on < series.last_on:
        raise Refused(f"series {name} already has a document of {series.last_on}; {on} would go back")
    series.last, series.last_on = series.last + 1, on
    work.session.flush()
    return f"{name}-{series.last:04d}"
