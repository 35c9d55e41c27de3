"""What the texts must hold: rows for whatever stands in a list of the code, links that lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

ROW = re.compile(r"^\|([^|]*)\|", re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def rows_of(text: str) -> set[str]:
    """Give what stands in backticks in the first column of the tables of a text."""
    return {word for cell in ROW.findall(text) for word in re.findall(r"`([^`]+)`", cell)}


def section(text: str, heading: str) -> str:
    """Give what stands below a heading, up to the next one of its rank or above; "" if there is none."""
    start = re.search(rf"^(#+) {re.escape(heading)}$", text, re.MULTILINE)
    if start is None:
        return ""
    rest = text[start.end() :]
    following = re.search(rf"^#{{1,{len(start[1])}}} ", rest, re.MULTILINE)
    return rest[: following.start()] if following else rest


def unlisted(text: str, names: Iterable[str], what: str) -> list[str]:
    """Name each thing that has no row in the tables of a text."""
    rows = rows_of(text)
    return [f"{what} {name} has no row" for name in sorted(set(names) - rows)]


def invented(text: str, names: Iterable[str], what: str) -> list[str]:
    """Name each row of the tables of a text that speaks of a thing that there is not."""
    return [f"{name} has a row and is no {what}" for name in sorted(rows_of(text) - set(names))]


def broken_links(file: Path) -> list[str]:
    """Name each link of a text to a file, or to a heading, that is not there."""
    findings = []
    for target in LINK.findall(file.read_text(encoding="utf-8")):
        path, _, anchor = target.partition("#")
        if "://" in target:
            continue
        goal = (file.parent / path) if path else file
        if not goal.exists():
            findings.append(f"{file.name}: {target} leads nowhere")
        elif anchor and anchor not in _anchors(goal.read_text(encoding="utf-8")):
            findings.append(f"{file.name}: {target} names no heading")
    return findings


def _anchors(text: str) -> set[str]:
    """Give the anchors of a text's headings as GitHub makes them."""
    return {re.sub(r"[^\w\- ]", "", found.lower()).replace(" ", "-") for found in HEADING.findall(text)}
