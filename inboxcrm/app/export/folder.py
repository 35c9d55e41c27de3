"""Writes the whole export; what stands in it, and what does not, stands in its manifest."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import inboxcrm
from inboxcrm.app.export import store
from inboxcrm.app.export.mbox import file_name, mbox_entry
from inboxcrm.app.export.sheets import PLAIN_SHEETS, SHEETS, mapping_text, plain_value
from inboxcrm.base.csv_cells import safe_cell
from inboxcrm.base.database import Session
from inboxcrm.base.errors import ConfigError
from inboxcrm.base.work import Office

LEFT_OUT = {
    "blob": "its mails are in mails/, its papers in papers/",
    "sealed_secret": "sign-ins are secret",
    "sign_in": "sign-ins are secret",
    "poller": "which process reads which mailbox at the moment",
    "thread_key": "made anew from the mails",
}


class FolderInTheWay(ConfigError):
    """There is something where the export is to be written."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(f"{folder}: {reason}; name a folder that is empty, or that there is not yet")


@dataclass(slots=True)
class Export:
    """A folder that is being filled."""

    folder: Path
    tell: Callable[[str], None]
    files: dict[str, dict[str, Any]] = field(default_factory=dict)

    @contextmanager
    def file(self, name: str) -> Iterator[_Counted]:
        """Open a file of the export, and note what stands in it."""
        path = self.folder / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with path.open("xb") as stream:
            counted = _Counted(stream)
            yield counted
        sha256 = counted.sha256.hexdigest()
        self.files[name] = {"rows": counted.rows, "bytes": counted.size, "sha256": sha256}
        self.tell(name)


@dataclass(slots=True)
class _Counted:
    """A stream that counts what is written to it."""

    stream: BinaryIO
    rows: int = 0
    size: int = 0
    sha256: Any = field(default_factory=hashlib.sha256)

    def write(self, content: bytes | str) -> int:
        raw = content.encode() if isinstance(content, str) else content
        self.sha256.update(raw)
        self.size += len(raw)
        return self.stream.write(raw)


def export_all(office: Office, folder: Path, tell: Callable[[str], None]) -> dict[str, dict[str, Any]]:
    """Write everything to a folder as of one moment; give its files with their rows, bytes and SHA-256.

    Raises FolderInTheWay.
    """
    _make(folder)
    export = Export(folder, tell)
    try:
        with store.open_snapshot(office.engine) as session, session.begin():
            _write_sheets(export, session)
            _write_records(export, session)
            _write_mails(export, session)
            _write_papers(export, session)
    except OSError as error:
        raise ConfigError(f"{folder}: cannot be written ({error.strerror})") from error
    manifest = {
        "program": f"inboxcrm {inboxcrm.__version__}",
        "company": office.settings.company.name,
        "at": office.clock.now().isoformat(),
        "files": export.files,
        "left_out": LEFT_OUT,
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2)
    (folder / "manifest.json").write_text(f"{text}\n", encoding="utf-8")
    return export.files


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise FolderInTheWay(folder, "is not empty")
    except OSError as error:
        raise FolderInTheWay(folder, f"cannot be used ({error.strerror})") from error


def _write_sheets(export: Export, session: Session) -> None:
    for sheet in SHEETS:
        _write_csv(export, sheet.name, sheet.columns, sheet.rows(session))
    for name, table in PLAIN_SHEETS.items():
        rows = store.rows_of(session, table)
        _write_csv(export, name, store.columns_of(table), (list(row.values()) for row in rows))
    with export.file("mapping.toml") as file:
        file.write(mapping_text())


def _write_csv(export: Export, name: str, header: Iterable[str], rows: Iterable[list[Any]]) -> None:
    with export.file(name) as file:
        file.write("\ufeff")  # tells spreadsheets that it is UTF-8
        writer = csv.writer(file)
        writer.writerow(header)
        for row in rows:
            writer.writerow([_cell(value) for value in row])
            file.rows += 1


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (dict, list)):
        return safe_cell(json.dumps(value, ensure_ascii=False))
    return safe_cell(str(plain_value(value)))


def _write_records(export: Export, session: Session) -> None:
    for name in store.table_names():
        if name in LEFT_OUT:
            continue
        with export.file(f"records/{name}.jsonl") as file:
            for row in store.rows_of(session, name):
                file.write(json.dumps(row, ensure_ascii=False, default=plain_value) + "\n")
                file.rows += 1


def _write_mails(export: Export, session: Session) -> None:
    rows = store.mails(session)
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


def _write_papers(export: Export, session: Session) -> None:
    for row in store.papers(session):
        name = "".join(c if c.isalnum() or c in "-_." else "-" for c in row["number"] or f"{row['id']}")
        raw = store.bytes_of(session, row["pdf_sha256"])
        if raw is not None:
            with export.file(f"papers/{row['kind']}-{name}-{row['id']}.pdf") as file:
                file.write(raw)
                file.rows += 1
