"""CSV files as they come out of old systems: encodings, separators, quoted line breaks; read as a stream (RFC 4180)."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO

from inboxcrm.base.csv_cells import plain_cell
from inboxcrm.base.errors import ConfigError
from inboxcrm.mail.charset import codec_for

SEPARATORS = ",;\t|"
LONGEST_CELL = 2_000_000
HEAD_BYTES = 65_536
REPLACED = "\ufffd"  # stands for bytes that are no text in the file's encoding


class FileUnreadable(ConfigError):
    """A file is no CSV that can be taken in, whatever its rows say."""

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(f"{file}: {reason}")


@dataclass(frozen=True, slots=True)
class Shape:
    """How a file is written, what was said of that, and its header."""

    file: Path
    encoding: str
    separator: str
    header: tuple[str, ...]
    size: int  # bytes
    word: str  # for the person: what was found


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as spreadsheets count (the header is 1), its line in the file, its cells or what is wrong."""

    number: int
    line: int
    cells: list[str]
    fault: str = ""
    right: str = ""
    read_bytes: int = 0


def look_at(file: Path, encoding: str = "", separator: str = "") -> Shape:
    """See how a file is written; what is given is not guessed. Raises FileUnreadable."""
    try:
        with file.open("rb") as stream:
            encoding = _known_codec(file, encoding) if encoding else _encoding_of(stream)
        with file.open("rb") as stream:
            text = TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")
            head = text.read(HEAD_BYTES)
        size = file.stat().st_size
    except OSError as error:
        raise FileUnreadable(file, f"cannot be read ({error.strerror})") from error
    if head.lower().startswith("sep=") and len(head) > 4:  # what Excel writes before the header
        separator = separator or head[4]
    separator = separator or _separator_of(head)
    first = next(_rows(file, encoding, separator), None)
    if first is not None and first.fault:
        raise FileUnreadable(file, f"the first line cannot be read: {first.fault}; right is: {first.right}")
    header = first.cells if first else []
    if not any(header):
        raise FileUnreadable(file, "is empty: the first line should name the columns")
    names = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}
    told = f"{names.get(encoding, encoding)}, separated by {'tab' if separator == chr(9) else separator}"
    if encoding == "cp1252":
        told += " (it is no UTF-8; if accents look wrong, give encoding in the mapping)"
    return Shape(file, encoding, separator, tuple(name.strip() for name in header), size, told)


def _known_codec(file: Path, encoding: str) -> str:
    found = codec_for(encoding)
    if not found:
        raise FileUnreadable(
            file, f"{encoding!r} is no encoding; right are utf-8, utf-16, cp1252 and the like"
        )
    return "utf-8-sig" if found == "utf-8" else found


def _encoding_of(stream: BinaryIO) -> str:
    """Give the codec of a file: by its mark, by zero bytes, as UTF-8 if all of it is, else Windows-1252."""
    head = stream.read(4096)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head and (zeros := head.count(0)) > len(head) // 4:
        return "utf-16-le" if head[1::2].count(0) > zeros // 2 else "utf-16-be"
    decoder, block = codecs.getincrementaldecoder("utf-8")(), head
    try:
        while block:
            decoder.decode(block)
            block = stream.read(1 << 20)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _separator_of(head: str) -> str:
    """Give the sign that stands most often in the header, outside of quotes."""
    counts, is_quoted = Counter[str](), False
    for sign in head.lstrip("\ufeff"):
        if sign == '"':
            is_quoted = not is_quoted
        elif not is_quoted:
            if sign in "\r\n" and counts.total():
                break
            counts[sign] += sign in SEPARATORS
    found = max(SEPARATORS, key=lambda sign: counts[sign])
    return found if counts[found] else ","


def read_rows(shape: Shape) -> Iterator[Row]:
    """Give the rows below the header; a row that cannot be read says so and the next one goes on."""
    wanted = len(shape.header)
    for row in _rows(shape.file, shape.encoding, shape.separator):
        if row.number == 1 or not (row.fault or any(row.cells)):
            continue
        yield row if row.fault else _fitted(row, wanted, shape.encoding)


def _fitted(row: Row, wanted: int, encoding: str) -> Row:
    count = len(row.cells)
    if bad := next((cell for cell in row.cells if REPLACED in cell), ""):
        names = f"text in {encoding}; another encoding can be given in the mapping"
        return Row(row.number, row.line, [], bad[:200], names, row.read_bytes)
    if count < wanted or any(row.cells[wanted:]):
        right = f"{wanted}, as in the header; text with a separator or a line break in it stands in quotes"
        return Row(row.number, row.line, [], f"{count} cells", right, row.read_bytes)
    return row


def _rows(file: Path, encoding: str, separator: str) -> Iterator[Row]:
    csv.field_size_limit(LONGEST_CELL)
    with file.open("rb") as raw, TextIOWrapper(raw, encoding, errors="replace", newline="") as text:
        lines = csv.reader(text, delimiter=separator, strict=True)
        number = 0
        while True:
            line = lines.line_num + 1
            try:
                cells = next(lines)
            except StopIteration:
                return
            except csv.Error as error:
                number += 1
                fault = f"lines {line} to {lines.line_num}: {error}"
                right = 'every " that opens a text has one that closes it; one inside a text is doubled: ""'
                yield Row(number, line, [], fault, right, raw.tell())
                continue
            if number == 0 and len(cells) in (1, 2) and cells[0].lower().lstrip("\ufeff").startswith("sep="):
                continue
            number += 1
            yield Row(number, line, [plain_cell(one) for one in cells], read_bytes=raw.tell())


def places_of(shape: Shape, columns: dict[str, str]) -> dict[str, int]:
    """Give the place of each field's column. Raises FileUnreadable if one is missing or stands twice."""
    places = dict[str, int]()
    for column, field in columns.items():
        found = [
            place for place, name in enumerate(shape.header) if name.casefold() == column.strip().casefold()
        ]
        if not found:
            near = get_close_matches(column, shape.header, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(shape.header)}"
            raise FileUnreadable(
                shape.file, f"line 1: has no column {column!r}, which is to be {field}; {hint}"
            )
        if len(found) > 1:
            at = " and ".join(str(place + 1) for place in found)
            text = f"line 1: the columns {at} are both called {column!r}; rename one: which is {field}?"
            raise FileUnreadable(shape.file, text)
        places[field] = found[0]
    return places
