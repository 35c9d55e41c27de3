"""The sides of the CSV benchmark, each run in a process of its own."""

from __future__ import annotations

import csv
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bench.house import office_on, settings_for
from inboxcrm.base.database import open_database
from inboxcrm.crm.importing.mapping import load_mapping
from inboxcrm.crm.importing.report import open_report
from inboxcrm.crm.importing.taking import import_rows, open_sources
from inboxcrm.ingest.erased.keeping_out import erased_of

PEOPLE_OF_A_COMPANY = 10
SAME_AS_BEFORE = 10  # every tenth row has the address of an earlier one
MAPPING = """
source = "bench"
[[file]]
name = "people.csv"
kind = "contact"
[file.columns]
"ID" = "key"
"Name" = "name"
"Mail" = "address"
"Phone" = "phone"
"Company" = "company"
"""


def write_people(folder: Path, rows: int) -> None:
    """Write a file of so many people, and its mapping."""
    (folder / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    with (folder / "people.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("ID", "Name", "Mail", "Phone", "Company"))
        for number in range(rows):
            who = number // 2 if number % SAME_AS_BEFORE == SAME_AS_BEFORE - 1 else number
            firm = who // PEOPLE_OF_A_COMPANY
            phone = f"+3120{1_000_000 + who}"
            mail = f"anna.{who}@firm{firm}.example"
            writer.writerow((number, f"Anna Person{who}", mail, phone, f"Firm {firm} B.V."))


def take_in(url: str, folder: str) -> dict[str, Any]:
    """Our import, with its report."""
    office = office_on(open_database(url), settings_for())
    home = Path(folder)
    mapping = load_mapping(home / "mapping.toml", office.settings)
    begun = time.perf_counter()
    with open_report(home / "report.csv") as report:
        sources = open_sources(office, mapping, [home / "people.csv"])
        told = import_rows(office, mapping.source, sources, report, lambda progress: None, erased=erased_of)
    return {"n": told.rows, "seconds": time.perf_counter() - begun, **told.counts}


def bare_insert(url: str, folder: str) -> dict[str, Any]:
    """Each row as a contact with its address in plain INSERTs of 500, twins left out by ON CONFLICT; no companies."""
    engine, count, begun = open_database(url), 0, time.perf_counter()
    now = int(datetime.now(UTC).timestamp()) * 1_000_000
    contact = text("INSERT INTO contact (id, name, phone, created_at) VALUES (:id, :name, :phone, :now)")
    address = text(
        "INSERT INTO contact_address (address, contact_id, is_first) VALUES (:mail, :id, true) ON CONFLICT DO NOTHING"
    )
    with (Path(folder) / "people.csv").open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream)
        while batch := [row for row, _ in zip(rows, range(500), strict=False)]:
            values = [
                {
                    "id": int(row["ID"]) + 1,
                    "name": row["Name"],
                    "phone": row["Phone"],
                    "mail": row["Mail"],
                    "now": now,
                }
                for row in batch
            ]
            with engine.begin() as connection:
                connection.execute(contact, values)
                connection.execute(address, values)
            count += len(batch)
    return {"n": count, "seconds": time.perf_counter() - begun}
