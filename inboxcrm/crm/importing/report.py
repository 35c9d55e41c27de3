"""The report of an import: what became of every row, as CSV that a spreadsheet opens (V13)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inboxcrm.base.csv_cells import safe_cell
from inboxcrm.base.errors import ConfigError
from inboxcrm.crm.importing.rows import Outcome

HEADER = ("file", "row", "line", "key", "result", "record", "column", "value", "what would be right")


@dataclass(frozen=True, slots=True)
class Report:
    """An open report."""

    _writer: Any

    def tell(self, file: str, outcomes: Iterable[Outcome]) -> None:
        """Write what became of rows, in their order."""
        for one in sorted(outcomes, key=lambda outcome: outcome.number):
            cells = (one.key, one.what, one.target, one.field, one.value, one.right)
            self._writer.writerow([safe_cell(file), one.number, one.line, *map(safe_cell, cells)])


@contextmanager
def open_report(file: Path) -> Iterator[Report]:
    """Write a report to a file, over an older one. Raises ConfigError if that cannot be."""
    try:
        # The mark tells spreadsheets that it is UTF-8.
        with file.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(HEADER)
            yield Report(writer)
    except OSError as error:
        raise ConfigError(f"{file}: the report cannot be written ({error.strerror})") from error
