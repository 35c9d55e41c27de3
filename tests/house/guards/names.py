"""Modules are named by the trade: no word that says nothing, and none that the standard library has."""

from __future__ import annotations

import sys
from pathlib import Path

SAYS_NOTHING = frozenset(
    base + plural
    for base in ("util", "helper", "common", "misc", "manager", "service", "handler")
    for plural in ("", "s")
)
# Part of the language, not names that were chosen.
GIVEN = frozenset({"__init__", "__main__"})


def name_findings(folder: Path) -> list[str]:
    """Name each file and folder whose name says nothing or is the standard library's."""
    findings = []
    for file in sorted(folder.rglob("*.py")):
        path = file.relative_to(folder)
        for name in [*path.parts[:-1], path.stem]:
            if name in SAYS_NOTHING:
                findings.append(f"{path.as_posix()}: {name} says nothing of the trade")
            if name in sys.stdlib_module_names and name not in GIVEN:
                findings.append(f"{path.as_posix()}: {name} is a module of the standard library")
    return findings
