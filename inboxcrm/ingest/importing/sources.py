"""The three things that mail can be imported from, each as mails that are read one after the other, newest first.

A mail's number is the same each time, wherever it stands among the others by then: that of an mbox comes of its
bytes, that of a file of its name and size.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from inboxcrm.base.errors import ConfigError
from inboxcrm.ingest.importing.mbox import index_mbox, is_deleted, looks_like_mbox, read_mbox_mail

MOST_HEAD = 1_000_000
UID_BITS = 62
DROPPED_FLAGS = frozenset("TD")  # of a Maildir: trashed, draft


@dataclass(frozen=True, slots=True)
class Stored:
    """One mail of a file: its number, its bytes, its `From ` line if it has one, and the time of its file."""

    uid: int
    raw: bytes
    postmark: bytes
    file_time: datetime

    @property
    def head(self) -> bytes:
        """The header fields with the empty line below them, as far as they can be found."""
        ends = [
            at + len(mark) for mark in (b"\n\r\n", b"\n\n") if (at := self.raw.find(mark, 0, MOST_HEAD)) >= 0
        ]
        return self.raw[: min(ends, default=MOST_HEAD)]


@dataclass(frozen=True, slots=True)
class Source:
    """What is imported: what it is, how many mails it has, and how to read them; `read` can be begun anew."""

    kind: str
    name: str
    count: int
    read: Callable[[], Iterator[Stored]]


class NothingToImport(ConfigError):
    """A path is none of the three things that can be imported."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"{path}: {reason}. What can be imported: an mbox file (it begins with a line `From …`), a Maildir"
            " (a folder with cur and new in it), or a folder with .eml files"
        )


def open_source(path: Path) -> Source:
    """See what a path is, and count its mails. Raises NothingToImport."""
    try:
        if path.is_dir():
            return _open_folder(path)
        if not path.is_file():
            what = (
                "this is neither a file nor a folder" if path.exists() else "there is no such file or folder"
            )
            raise NothingToImport(path, what)
        return _open_mbox(path)
    except OSError as error:
        raise NothingToImport(path, f"it cannot be read ({error.strerror})") from error


def _open_mbox(file: Path) -> Source:
    if file.stat().st_size == 0:
        raise NothingToImport(file, "the file is empty")
    if not looks_like_mbox(file):
        what = "one mail alone; give the folder that it is in" if file.suffix == ".eml" else "no mbox file"
        raise NothingToImport(file, f"this is {what}")
    with file.open("rb", buffering=1 << 20) as stream:
        index = index_mbox(stream)
    file_time = datetime.fromtimestamp(file.stat().st_mtime, UTC)

    def read() -> Iterator[Stored]:
        with file.open("rb") as stream:
            for number in reversed(range(len(index))):
                postmark, raw = read_mbox_mail(stream, index.span(number))
                stored = Stored(_number(raw), raw, postmark, file_time)
                if not is_deleted(stored.head):
                    yield stored

    return Source("mbox", file.stem, len(index), read)


def _open_folder(folder: Path) -> Source:
    if (folder / "cur").is_dir():
        found = [
            _Found(entry, _maildir_key(entry)) for part in ("cur", "new") for entry in _files(folder / part)
        ]
        return _files_source("Maildir", folder, [one for one in found if not _is_dropped(one.entry.name)])
    wanted = [
        _Found(entry, os.path.relpath(entry.path, folder))
        for entry in _walk(folder)
        if entry.name.lower().endswith(".eml")
    ]
    if not wanted:
        raise NothingToImport(folder, "there is no .eml file in it, and it is no Maildir")
    return _files_source("folder of .eml files", folder, wanted)


@dataclass(frozen=True, slots=True)
class _Found:
    entry: os.DirEntry[str]
    key: str

    @property
    def order(self) -> tuple[float, str]:
        return self.entry.stat().st_mtime, self.key


def _files_source(kind: str, folder: Path, found: list[_Found]) -> Source:
    newest_first = sorted(found, key=lambda one: one.order, reverse=True)

    def read() -> Iterator[Stored]:
        for one in newest_first:
            state = one.entry.stat()
            uid = _number(f"{one.key}\0{state.st_size}".encode("utf-8", "surrogateescape"))
            yield Stored(
                uid, Path(one.entry.path).read_bytes(), b"", datetime.fromtimestamp(state.st_mtime, UTC)
            )

    return Source(kind, folder.resolve().name, len(newest_first), read)


def _files(folder: Path) -> list[os.DirEntry[str]]:
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        return [entry for entry in entries if entry.is_file() and not entry.name.startswith(".")]


def _walk(folder: Path) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(Path(entry.path))
            elif entry.is_file():
                yield entry


def _maildir_key(entry: os.DirEntry[str]) -> str:
    """Give the part of a name that stays when flags change or a client moves the mail from new to cur."""
    return entry.name.partition(":2,")[0]


def _is_dropped(name: str) -> bool:
    return not DROPPED_FLAGS.isdisjoint(name.partition(":2,")[2])


def _number(words: bytes) -> int:
    """Give a number above zero that goes with these bytes."""
    digest = hashlib.blake2b(words, digest_size=8).digest()
    return (int.from_bytes(digest) >> (64 - UID_BITS)) or 1
