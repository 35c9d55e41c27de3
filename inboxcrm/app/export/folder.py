"""Writes the whole export; what stands in it, and what does not, stands in its manifest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from inboxcrm.app.export import store
from inboxcrm.app.export.mbox import file_name, mbox_entry
from inboxcrm.app.export.seen import Shows, shown_to
from inboxcrm.app.export.sheets import PLAIN_SHEETS, SHEETS, mapping_text
from inboxcrm.app.export.writing import Export, Files, filled_folder
from inboxcrm.base.database import Session
from inboxcrm.base.settings import User
from inboxcrm.base.work import Office
from inboxcrm.sales.access import Sight

LEFT_OUT = {
    "blob": "its mails are in mails/, its papers in papers/",
    "sealed_secret": "sign-ins are secret",
    "sign_in": "sign-ins are secret",
    "poller": "which process reads which mailbox at the moment",
    "thread_key": "made anew from the mails",
}


def export_all(office: Office, folder: Path, tell: Callable[[str], None], user: User | None = None) -> Files:
    """Write everything to a folder as of one moment; give its files with their rows, bytes and SHA-256.

    With a user only what he may see (MG-6). Raises FolderInTheWay.
    """
    with store.open_snapshot(office.engine) as session, session.begin():
        shows = shown_to(session, Sight(session, office.settings, user, office.clock.now()))
        about = {"as": user.key if user else None, "left_out": {**LEFT_OUT, **shows.left_out}}
        with filled_folder(office, folder, tell, about) as export:
            _write_sheets(export, session, shows)
            _write_records(export, session, shows)
            write_mails(export, session, (row for row in store.mails(session) if shows("message", row)))
            write_papers(export, session, (row for row in store.papers(session) if shows("document", row)))
    return export.files


def _write_sheets(export: Export, session: Session, shows: Shows) -> None:
    for sheet in SHEETS:
        export.write_csv(sheet.name, sheet.columns, sheet.rows(session, shows))
    for name, table in PLAIN_SHEETS.items():
        rows = (row for row in store.rows_of(session, table) if shows(table, row))
        export.write_csv(name, store.columns_of(table), (list(row.values()) for row in rows))
    export.write_text("mapping.toml", mapping_text())


def _write_records(export: Export, session: Session, shows: Shows) -> None:
    for name in store.table_names():
        if name not in LEFT_OUT and name not in shows.left_out:
            rows = (row for row in store.rows_of(session, name) if shows(name, row))
            export.write_lines(f"records/{name}.jsonl", rows)


def write_mails(export: Export, session: Session, mails: Iterable[Mapping[str, Any]]) -> None:
    """Write mails, which come by boxes, as one mbox for each box."""
    rows = iter(mails)
    row = next(rows, None)
    while row is not None:
        box_id = row["box_id"]
        with export.file(f"mails/{file_name(box_id, row['name'])}") as file:
            while row is not None and row["box_id"] == box_id:
                raw = store.bytes_of(session, row["raw_sha256"])
                if raw is not None:
                    file.write(mbox_entry(raw, row["sender"], row["received_at"]))
                    file.rows += 1
                row = next(rows, None)


def write_papers(export: Export, session: Session, papers: Iterable[Mapping[str, Any]]) -> None:
    """Write the PDFs of documents."""
    for row in papers:
        name = "".join(c if c.isalnum() or c in "-_." else "-" for c in row["number"] or f"{row['id']}")
        raw = store.bytes_of(session, row["pdf_sha256"])
        if raw is not None:
            with export.file(f"papers/{row['kind']}-{name}-{row['id']}.pdf") as file:
                file.write(raw)
                file.rows += 1
