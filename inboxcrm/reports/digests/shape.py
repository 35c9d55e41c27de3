"""What every digest is made of: sections of numbered lines, and what each line is about when it is sent.

A number means the line of the very mail that it stood in, for ever: what the lines are about is kept with the letter,
and how it stood then (`told`), so that an answer days later can be compared with what has become of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from inboxcrm.mail.scrub import scrub_line

BURST = "burst"  # a line about letters that the brake holds
LONGEST = 60  # numbered lines of one digest
MOST_ALERTS = 12
LONGEST_TEXT = 160
LONGEST_NAME = 90
# Between a currency and its amount, a number and its per cent: no small screen parts them.
_UNBROKEN = re.compile(r"(?<=\b[A-Z]{3}) (?=\d)|(?<=\d) (?=%)")
_MARKS = str.maketrans('“”„«»"', "''''''")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `text` and `detail` in our words with foreign ones in quotes, `label` when it is or was due.

    `kind` and `about` say what an answer to its number is about ("" for a line without a number), `told` how that
    stood. `why` and `rule` (with its version) say where it comes from.
    """

    kind: str
    about: int
    text: str
    label: str = ""
    detail: str = ""
    is_late: bool = False
    is_question: bool = False
    why: str = ""
    rule: str = ""
    told: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under a heading; `count` is how many there are in all, where not all are shown."""

    title: str
    lines: Sequence[Line]
    count: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest before it is a letter. `is_worth_it` is whether there is anything to tell."""

    title: str
    summary: str
    sections: Sequence[Section] = ()
    alerts: Sequence[str] = ()
    examples: Sequence[tuple[str, str]] = ()
    tables: Sequence[dict[str, Any]] = ()
    notes: Sequence[str] = ()
    chart: dict[str, Any] | None = None

    @property
    def is_worth_it(self) -> bool:
        """Tell whether it says anything: no empty digest is sent."""
        return bool(self.alerts or self.tables or any(section.lines for section in self.sections))


@dataclass(frozen=True, slots=True)
class Numbered:
    """A digest as plain values for its letter, and what its numbers are about in their order."""

    facts: dict[str, Any]
    lines: list[tuple[str, int]]


def number_lines(digest: Digest) -> Numbered:
    """Number the lines of a digest from 1, the first sections first; what is too long is counted, never passed over."""
    sections: list[dict[str, Any]] = []
    numbered: list[tuple[int, Line]] = []
    told: dict[str, Any] = {}
    for section in digest.sections:
        rows = []
        for line in section.lines:
            if line.kind and len(numbered) == LONGEST:
                break
            number = len(numbered) + 1 if line.kind else 0
            numbered += [(number, line)] if number else []
            told |= {str(number): line.told} if number and line.told else {}
            rows.append(_row(line, number))
        more = max(section.count, len(section.lines)) - len(rows)
        sections.append({"title": section.title, "note": section.note, "rows": rows, "more": more})
    facts = {
        "title": digest.title,
        "summary": _UNBROKEN.sub("\u00a0", digest.summary),
        "alerts": _alerts(digest.alerts),
        "sections": [section for section in sections if section["rows"] or section["more"]],
        "examples": [list(one) for one in _examples(digest, numbered)],
        "tables": list(digest.tables),
        "notes": list(digest.notes),
        "chart": digest.chart,
        "told": told,
    }
    return Numbered(facts, [(line.kind, line.about) for _, line in numbered])


def _alerts(told: Sequence[str]) -> list[str]:
    more = len(told) - MOST_ALERTS
    return [cut(one, 400) for one in told[:MOST_ALERTS]] + (
        [f"and {more} more like these"] if more > 0 else []
    )


def _examples(digest: Digest, numbered: Sequence[tuple[int, Line]]) -> Iterable[tuple[str, str]]:
    """Give what can be answered, each with a number that stands there and that it fits."""
    if not numbered:
        return
    task = next(((number, line) for number, line in numbered if line.kind == "task"), None)
    if task and task[1].is_question:
        yield f"{task[0]} yes", "it is so"
        yield f"{task[0]} no", "leave it"
    elif task:
        yield f"{task[0]} done", "the task is finished"
    if task:
        yield f"{task[0]} snooze 3 days", "put it off"
    burst = next((number for number, line in numbered if line.kind == BURST), None)
    if burst:
        yield f"{burst} release", "the letters that a rule wants to send leave; `drop`: none does"
    others = [number for number, line in numbered if line.kind != BURST]
    if not others:
        return
    number = others[min(1, len(others) - 1)]
    for words, meaning in digest.examples:
        yield f"{number} {words}", meaning


def _row(line: Line, number: int) -> dict[str, Any]:
    return {
        "number": number,
        "text": cut(line.text, LONGEST_TEXT),
        "label": line.label,
        "detail": _UNBROKEN.sub("\u00a0", cut(line.detail, 2 * LONGEST_TEXT)),
        "is_late": line.is_late,
        "is_question": line.is_question,
        "why": cut(line.why, LONGEST_TEXT),
        "rule": line.rule,
    }


def cut(text: str, longest: int) -> str:
    """Give a text as one line without control and direction characters, no longer than so many characters (V13)."""
    line = scrub_line(text)
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def in_quotes(foreign: str, longest: int = LONGEST_NAME) -> str:
    """Give what somebody outside may have written, so that nobody takes it for our words (V13)."""
    return f"“{cut(foreign.translate(_MARKS), longest)}”" if foreign else ""
