"""A literal table and the folder of its files name the same things."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def table_findings(folder: Path, modules: Iterable[str]) -> list[str]:
    """Compare a folder's files with the modules (dotted names) whose functions its table names."""
    files = {file.stem for file in folder.glob("*.py") if file.stem not in ("__init__", "table")}
    named = {module.rpartition(".")[2] for module in modules}
    lost = [f"{name}.py stands in no line of the table" for name in sorted(files - named)]
    return lost + [f"{name} stands in the table and has no file" for name in sorted(named - files)]
