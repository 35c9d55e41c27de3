"""Files of an old CRM, and taking them in."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text

from inboxcrm.base.work import Office
from inboxcrm.crm.importing.mapping import load_mapping
from inboxcrm.crm.importing.report import open_report
from inboxcrm.crm.importing.taking import Progress, import_rows, open_sources
from inboxcrm.ingest.erased.keeping_out import erased_of

MAPPING = """
source = "old"
date = ["iso", "%d-%m-%Y"]
owner = "maria"
[owners]
"Jane Doe" = "anna"
[stages]
"Proposal sent" = "Quote"
"Gewonnen" = "won"
"Verloren" = "lost"
[[file]]
name = "companies*.csv"
kind = "company"
[file.columns]
"ID" = "key"
"Name" = "name"
"Web" = "domain"
"Land" = "country"
[[file]]
name = "people*.csv"
kind = "contact"
[file.columns]
"ID" = "key"
"Name" = "name"
"Mail" = "address"
"Phone" = "phone"
"Job" = "title"
"Company" = "company_key"
[[file]]
name = "deals*.csv"
kind = "deal"
[file.columns]
"ID" = "key"
"Name" = "name"
"Person" = "contact_key"
"Company" = "company_key"
"Owner" = "owner"
"Stage" = "stage"
"Value" = "amount"
"Close" = "close_on"
"Closed" = "closed_on"
"Renews" = "renewal_on"
"To do" = "next_action"
"Due" = "due_on"
[[file]]
name = "notes*.csv"
kind = "note"
[file.columns]
"ID" = "key"
"Text" = "text"
"At" = "at"
"By" = "author"
"Deal" = "deal_key"
[[file]]
name = "tasks*.csv"
kind = "activity"
[file.columns]
"ID" = "key"
"Subject" = "subject"
"Due" = "due_on"
"Done" = "is_done"
"Deal" = "deal_key"
"""
HEADERS = {
    "companies": "ID Name Web Land",
    "people": "ID Name Mail Phone Job Company",
    "deals": "ID Name Person Company Owner Stage Value Close Closed Renews To_do Due",
    "notes": "ID Text At By Deal",
    "tasks": "ID Subject Due Done Deal",
}


@dataclass(slots=True)
class OldCrm:
    """A folder with the files of an old CRM."""

    folder: Path
    office: Office
    mapping: str = MAPPING

    def file(self, name: str, *rows: Sequence[str], encoding: str = "utf-8") -> Path:
        """Write a file with the columns of MAPPING; missing cells at the end are empty."""
        header = [one.replace("_", " ") for one in HEADERS[name].split()]
        out = io.StringIO()
        csv.writer(out).writerows([header, *[[*row, *[""] * (len(header) - len(row))] for row in rows]])
        path = self.folder / f"{name}.csv"
        path.write_bytes(out.getvalue().encode(encoding))
        return path

    def take(self, *files: Path, is_dry: bool = False) -> Progress:
        """Take files in."""
        mapping_file = self.folder / "mapping.toml"
        mapping_file.write_text(self.mapping, encoding="utf-8")
        mapping = load_mapping(mapping_file, self.office.settings)
        sources = open_sources(self.office, mapping, files)
        with open_report(self.folder / "report.csv") as report:
            return import_rows(
                self.office,
                mapping.source,
                sources,
                report,
                lambda told: None,
                erased=erased_of,
                is_dry=is_dry,
            )

    def report(self) -> list[dict[str, str]]:
        """Give the rows of the last report."""
        with (self.folder / "report.csv").open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream))

    def results(self) -> list[str]:
        """Give what became of each row."""
        return [row["result"] for row in self.report()]

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the database."""
        with self.office.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))]
