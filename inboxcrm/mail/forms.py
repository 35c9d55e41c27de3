"""The fields of a notification by their labels: "Label: value" lines, key=value lines, tables, JSON (IN-7).

A value of several lines ends at the next known label. The first place of a label counts, so that what somebody
wrote into a free field further down cannot replace it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inboxcrm.mail.scrub import scrub_text

MAX_INPUT = 200_000
LONGEST_VALUE = 5_000
LONGEST_LABEL = 80
MOST_DEPTH = 6
# Fields in which people write more than one line.
FREE_FIELDS = frozenset({"need"})
_DECORATION = " \t\xa0*•·>|_-"
_SIGN_OFF = ("-- ", "--", "---")
_SEPARATORS = re.compile(r"[:=|\t]")


@dataclass(frozen=True, slots=True)
class _Hit:
    """A line with a known label: which field, and what stands behind the label."""

    at: int
    field: str
    value: str


def read_form(text: str, labels: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Give the values by field name, of the fields that were found and are not empty.

    `labels` has for each field its labels, in JSON the path of the value. Input is cut at 200,000 characters.
    """
    text = text[:MAX_INPUT].strip()
    values = _read_json(text, labels) if text.startswith(("{", "[")) else None
    return values if values is not None else _read_lines(text, labels)


def _read_json(text: str, labels: Mapping[str, Sequence[str]]) -> dict[str, str] | None:
    try:
        # Numbers stay as they are written: an amount never passes through a float (V9).
        data = json.loads(text, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        return None
    found = {}
    for field, paths in labels.items():
        value = next((value for path in paths if (value := _at(data, path)) is not None), "")
        if value.strip():
            found[field] = scrub_text(value).strip()[:LONGEST_VALUE]  # JSON can spell what no text may hold
    return found


def _at(data: Any, path: str) -> str | None:
    """Follow a path such as customer.email or lines.0.price; None unless a plain value stands there."""
    if isinstance(data, dict) and path in data:
        data = data[path]
    else:
        for step in path.split(".", MOST_DEPTH):
            if isinstance(data, list) and step.isdecimal() and int(step) < len(data):
                data = data[int(step)]
            elif isinstance(data, dict) and step in data:
                data = data[step]
            else:
                return None
    return data if isinstance(data, str) else None


def _read_lines(text: str, labels: Mapping[str, Sequence[str]]) -> dict[str, str]:
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").split("\n")]
    hits = _hits(lines, {_plain(label): field for field, names in labels.items() for label in names})
    found: dict[str, str] = {}
    for number, hit in enumerate(hits):
        end = hits[number + 1].at if number + 1 < len(hits) else len(lines)
        value = _value(hit, lines[hit.at + 1 : end])
        if value and hit.field not in found:
            found[hit.field] = value[:LONGEST_VALUE]
    return found


def _plain(label: str) -> str:
    return " ".join(label.strip(_DECORATION + ":=?").casefold().split())


def _hits(lines: Sequence[str], fields: Mapping[str, str]) -> list[_Hit]:
    """The lines with known labels, each field once; a label with its mark counts before one without."""
    marked = [hit for at, line in enumerate(lines) if (hit := _marked(at, line, fields))]
    seen = {hit.field for hit in marked}
    bare = [
        hit for at, line in enumerate(lines) if (hit := _bare(at, line, fields)) and hit.field not in seen
    ]
    once: dict[str, _Hit] = {}
    for hit in (*marked, *bare):
        once.setdefault(hit.field, hit)
    return sorted(once.values(), key=lambda hit: hit.at)


def _marked(at: int, line: str, fields: Mapping[str, str]) -> _Hit | None:
    """A label with a colon, an equals sign, a bar or a tab behind it."""
    start = len(line) - len(line.lstrip(_DECORATION))
    found = _SEPARATORS.search(line, start, start + LONGEST_LABEL + 2)
    if found is None:
        return None
    field = fields.get(_plain(line[: found.start()]))
    return _Hit(at, field, line[found.end() :].strip(_DECORATION + ":=")) if field else None


def _bare(at: int, line: str, fields: Mapping[str, str]) -> _Hit | None:
    """A label without a mark, as a table's cells stand side by side: alone, or with the value behind a blank."""
    stripped = line.strip(_DECORATION)[: LONGEST_LABEL + LONGEST_VALUE]
    if field := fields.get(_plain(stripped[: LONGEST_LABEL + 10])):
        return _Hit(at, field, "")
    words = stripped.split(" ")
    for count in range(min(6, len(words) - 1), 0, -1):
        if field := fields.get(_plain(" ".join(words[:count]))):
            return _Hit(at, field, " ".join(words[count:]).strip())
    return None


def _value(hit: _Hit, below: Sequence[str]) -> str:
    """The value of a label: its line, of free fields all lines down to the next label, else the line below it."""
    if hit.field in FREE_FIELDS:
        kept = []
        for line in below:
            if line in _SIGN_OFF:
                break
            kept.append(line)
        return "\n".join([hit.value, *kept]).strip()
    return hit.value or next((line.strip(_DECORATION) for line in below[:3] if line.strip(_DECORATION)), "")
