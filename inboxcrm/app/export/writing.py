"""A folder that an export fills: its files, counted and hashed, and the manifest that says what stands in them."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import inboxcrm
from inboxcrm.app.export.sheets import plain_value
from inboxcrm.base.csv_cells import safe_cell
from inboxcrm.base.errors import ConfigError
from inboxcrm.base.work import Office

Files = dict[str, dict[str, Any]]


class FolderInTheWay(ConfigError):
    """There is something where the export is to be written."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(f"{folder}: {reason}; name a folder that is empty, or that there is not yet")


@dataclass(slots=True)
class Export:
    """A folder that is being filled."""

    folder: Path
    tell: Callable[[str], None]
    files: Files = field(default_factory=dict)

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

    def write_csv(self, name: str, header: Iterable[str], rows: Iterable[list[Any]]) -> None:
        """Write a sheet whose cells no spreadsheet takes for formulas (V13)."""
        with self.file(name) as file:
            file.write("\ufeff")  # tells spreadsheets that it is UTF-8
            writer = csv.writer(file)
            writer.writerow(header)
            for row in rows:
                writer.writerow([_cell(value) for value in row])
                file.rows += 1

    def write_lines(self, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write rows with all their fields, one JSON object a line."""
        with self.file(name) as file:
            for row in rows:
                file.write(json.dumps(row, ensure_ascii=False, default=plain_value) + "\n")
                file.rows += 1

    def write_text(self, name: str, text: str) -> None:
        """Write a file of words."""
        with self.file(name) as file:
            file.write(text)


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


@contextmanager
def filled_folder(
    office: Office, folder: Path, tell: Callable[[str], None], about: Mapping[str, Any]
) -> Iterator[Export]:
    """Open a folder to fill, and write its manifest at the end; `about` says what is left out, and for whom it is.

    Raises FolderInTheWay.
    """
    _make(folder)
    export = Export(folder, tell)
    try:
        yield export
        manifest = {
            "program": f"inboxcrm {inboxcrm.__version__}",
            "company": office.settings.company.name,
            "at": office.clock.now().isoformat(),
            "files": export.files,
            **about,
        }
        text = json.dumps(manifest, ensure_ascii=False, indent=2)
        (folder / "manifest.json").write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{folder}: cannot be written ({error.strerror})") from error


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise FolderInTheWay(folder, "is not empty")
    except OSError as error:
        raise FolderInTheWay(folder, f"cannot be used ({error.strerror})") from error


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (dict, list)):
        return safe_cell(json.dumps(value, ensure_ascii=False))
    return safe_cell(str(plain_value(value)))
