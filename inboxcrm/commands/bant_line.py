"""Lines that say budget, authority, need or timeline without the word `bant` in front (LD-7).

Only a whole line of such pairs counts; a sentence that begins so stays a note.
"""

from __future__ import annotations

import re

WORD = "bant"
_FIELDS = r"(?:budget|authority|need|timeline)"
_ANSWERS = r"(?:yes|no|unknown|urgent|mid[- ]?term|unclear)"
_PAIR = rf"{_FIELDS}[ \t:=]{{1,5}}{_ANSWERS}"
_BETWEEN = r"[ \t]{0,5}(?:[,;]|[ \t]and[ \t])[ \t]{0,5}"
_LINE = re.compile(
    rf"^(?:(?P<number>\d{{1,3}})[.):]?[ \t]+)?(?P<pairs>{_PAIR}(?:{_BETWEEN}{_PAIR}){{0,9}})[.!]?$",
    re.IGNORECASE,
)
_BEGINS = re.compile(rf"^(?:\d{{1,3}}[.):]?[ \t]+)?{_FIELDS}[ \t:=]{{1,5}}(?:yes|no|urgent)\b", re.IGNORECASE)


def read_bant_line(line: str) -> tuple[int | None, str] | None:
    """Give the number in front and the pairs of a line that holds nothing else; None of any other line."""
    match = _LINE.match(line.strip())
    if match is None:
        return None
    return int(match["number"]) if match["number"] else None, match["pairs"]


def begins_as_bant(line: str) -> bool:
    """Tell whether a line may have been meant so."""
    return _BEGINS.match(line.strip()) is not None
