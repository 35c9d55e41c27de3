"""An mbox file as a list of mails by their places in it, made in one linear pass; it is never read whole (RFC 4155).

A mail begins at a line `From ` that follows an empty line (or stands first), has a time of day in it, and has a
header below it: mails that quote such a line in their text stay whole, also where their writer did not mark it.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

LONGEST_LINE = 65_536
_POSTMARK = re.compile(rb"From [^\r\n]*[0-9]:[0-9]{2}[^\r\n]*\r?\n")
_HEADER = re.compile(rb">?[!-9;-~]{1,100}[ \t]*:|>From ")
_MARKED = re.compile(rb"^>(>{0,20}From )", re.MULTILINE)
_EXPUNGED = re.compile(rb"^X-Mozilla-Status: *[0-9a-fA-F]{3}[89a-fA-F]", re.MULTILINE)
_INTERNAL = b"FOLDER INTERNAL DATA"


@dataclass(frozen=True, slots=True)
class MboxIndex:
    """Where the mails of an mbox begin (at their `From ` lines), in order, and where the file ends; in bytes."""

    starts: array[int]
    end: int

    def __len__(self) -> int:
        return len(self.starts)

    def span(self, number: int) -> tuple[int, int]:
        """Give where the mail with this number, from 0 on, begins and ends, with its `From ` line."""
        last = number + 1 == len(self.starts)
        return self.starts[number], self.end if last else self.starts[number + 1]


def looks_like_mbox(file: Path) -> bool:
    """Tell whether a file begins as an mbox does."""
    with file.open("rb") as stream:
        return stream.readline(LONGEST_LINE).startswith(b"From ")


def index_mbox(stream: BinaryIO) -> MboxIndex:
    """Find the mails of an mbox, in one pass from its beginning."""
    starts = array("Q")
    at, candidate, is_after_blank, is_line_start = 0, -1, True, True
    while line := stream.readline(LONGEST_LINE):
        if candidate >= 0:
            if _HEADER.match(line):
                starts.append(candidate)
            candidate = -1
        if is_line_start and is_after_blank and _POSTMARK.match(line):
            candidate = at
        at += len(line)
        is_after_blank = is_line_start and line in (b"\n", b"\r\n")
        is_line_start = line.endswith(b"\n")
    return MboxIndex(starts, at)


def read_mbox_mail(stream: BinaryIO, span: tuple[int, int]) -> tuple[bytes, bytes]:
    """Give the `From ` line of a mail, and its bytes without that line, its marks before other ones, and padding."""
    stream.seek(span[0])
    postmark, _, raw = stream.read(span[1] - span[0]).partition(b"\n")
    if raw.endswith(b"\r\n\r\n"):
        raw = raw[:-2]
    elif raw.endswith(b"\n\n"):
        raw = raw[:-1]
    return postmark, _MARKED.sub(rb"\1", raw) if b"\n>" in raw and b">From " in raw else raw


def is_deleted(head: bytes) -> bool:
    """Tell whether a mail client has deleted this mail and only not cleared its bytes, or wrote notes of its own."""
    return bool(_EXPUNGED.search(head)) or _INTERNAL in head
