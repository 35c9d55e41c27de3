"""A literal table and the folder of its files name the same things."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

# Files of such a folder that hold the table, and what its files share.
NOT_ENTRIES = ("__init__", "table")


def table_findings(folder: Path, modules: Iterable[str]) -> list[str]:
    """Compare a folder's files with the modules (dotted names) whose functions its table names."""
    files = {file.stem for file in folder.glob("*.py") if file.stem not in NOT_ENTRIES}
    named = {module.rpartition(".")[2] for module in modules}
    lost = [f"{name}.py stands in no line of the table" for name in sorted(files - named)]
    return lost + [f"{name} stands in the table and has no file" for name in sorted(named - files)]


def modules_named(table: Iterable[Any] | dict[Any, Any], package: str) -> set[str]:
    """Give the modules of a package whose functions, classes or selves stand in a table's lines.

    A line is the thing itself, a tuple or a dataclass that holds it; a mapping is read by its values.
    """
    lines = table.values() if isinstance(table, dict) else table
    homes = {_home(thing) for line in lines for thing in _things_of(line)}
    return {
        home
        for home in homes
        if home.startswith(f"{package}.") and home.rpartition(".")[2] not in NOT_ENTRIES
    }


def _things_of(line: Any) -> Iterator[Any]:
    if isinstance(line, tuple):
        yield from line
    elif dataclasses.is_dataclass(line) and not isinstance(line, type):
        yield from (getattr(line, field.name) for field in dataclasses.fields(line))
        yield line
    else:
        yield line


def _home(thing: Any) -> str:
    return thing.__name__ if isinstance(thing, ModuleType) else str(getattr(thing, "__module__", ""))
