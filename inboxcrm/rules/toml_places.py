"""Finds where each key, table and value of a TOML text stands, for faults that tell their place.

tomllib reads the values but tells no places. This walks a text that tomllib has accepted, so it need not judge it:
it only has to know where keys, strings and brackets begin and end. Paths are as in the values, tables of an array
counted from 0: ("rule", 2, "do", 0, "text").
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from inboxcrm.rules.fault import Place

Path = tuple[str | int, ...]

_BLANK = re.compile(r"[ \t\n]*")
_COMMENT = re.compile(r"#[^\n]*")
_PART = re.compile(r'[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'')
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}|' r"'''(?:[^']|'(?!''))*'{3,5}|" r'"(?:[^"\\\n]|\\.)*"|' r"'[^'\n]*'",
    re.DOTALL,
)
_PLAIN = re.compile(r"[^\s,\]}#]+(?: [0-9][^\s,\]}#]*)?")
_BETWEEN = re.compile(r"[^\[\]{}\"'#]+")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a key (or a table's header) stands, and where the text of its value begins."""

    key: Place
    value: Place


class TomlPlaces:
    """The places of one TOML text."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._text = text.replace("\r\n", "\n")
        self._breaks = [found.start() for found in re.finditer("\n", self._text)]
        self._spots: dict[Path, Spot] = {}
        self._counts: dict[Path, int] = {}
        self._walk()

    def find_spot(self, path: Path) -> Spot:
        """Return the spot of a path, or of the nearest thing around it that has one."""
        while path and path not in self._spots:
            path = path[:-1]
        top = Place(self._file, 1)
        return self._spots.get(path) or Spot(top, top)

    def _place(self, offset: int, is_exact: bool = False) -> Place:
        row = bisect_right(self._breaks, offset - 1)
        start = self._breaks[row - 1] + 1 if row else 0
        return Place(self._file, row + 1, offset - start + 1, is_exact)

    def _walk(self) -> None:
        """Go from statement to statement: a header in brackets, or a key with its value."""
        table: Path = ()
        at = self._skip_blank(0)
        while at < len(self._text):
            begin = at
            if self._text[at] == "[":
                is_array = self._text.startswith("[[", at)
                keys, at = self._read_key(self._skip_blank(at + 1 + is_array))
                table = self._enter_table(keys, is_array)
                self._spots[table] = Spot(self._place(begin), self._place(begin))
                if is_array:
                    self._spots.setdefault(table[:-1], self._spots[table])
                at = self._skip_blank(at) + 1 + is_array
            else:
                keys, at = self._read_key(at)
                value_at = self._skip_blank(self._skip_blank(at) + 1)
                self._spots[(*table, *keys)] = Spot(self._place(begin), self._value_place(value_at))
                at = self._skip_value(value_at)
            at = self._skip_blank(at)

    def _skip_blank(self, at: int) -> int:
        """Return the place behind blanks, line breaks and comments."""
        while True:
            blank = _BLANK.match(self._text, at)
            at = blank.end() if blank else at
            comment = _COMMENT.match(self._text, at)
            if comment is None:
                return at
            at = comment.end()

    def _read_key(self, at: int) -> tuple[tuple[str, ...], int]:
        parts: list[str] = []
        while found := _PART.match(self._text, at):
            parts.append(found[0].strip("\"'"))
            at = found.end()
            dot = _DOT.match(self._text, at)
            if dot is None:
                break
            at = dot.end()
        return tuple(parts), at

    def _enter_table(self, keys: tuple[str, ...], is_array: bool) -> Path:
        """Return the path of a header: of each array on the way the last table is meant."""
        path: Path = ()
        for key in keys[:-1]:
            path = (*path, key)
            if path in self._counts:
                path = (*path, self._counts[path] - 1)
        path = (*path, keys[-1])
        if not is_array:
            return path
        self._counts[path] = self._counts.get(path, 0) + 1
        return (*path, self._counts[path] - 1)

    def _value_place(self, at: int) -> Place:
        """Return where the text of a value begins: behind the quotes, and behind the line break after three."""
        found = _STRING.match(self._text, at)
        if found is None:
            return self._place(at)
        if "\\" in found[0] and found[0][0] == '"':
            return self._place(at)
        quotes = 3 if found[0][:3] in ('"""', "'''") else 1
        is_below = quotes == 3 and found[0][3:4] == "\n"
        return self._place(at + quotes + is_below, is_exact=True)

    def _skip_value(self, at: int) -> int:
        """Return the end of a value; brackets are counted, strings and comments in them passed over."""
        if self._text[at : at + 1] not in ("[", "{"):
            found = _STRING.match(self._text, at) or _PLAIN.match(self._text, at)
            return found.end() if found else at + 1
        depth = 0
        while at < len(self._text):
            sign = self._text[at]
            found = _STRING.match(self._text, at) if sign in "\"'" else _BETWEEN.match(self._text, at)
            if found:
                at = found.end()
            elif sign == "#":
                at = self._skip_blank(at)
            else:
                depth += 1 if sign in "[{" else -1
                at += 1
                if depth <= 0:
                    break
        return at
