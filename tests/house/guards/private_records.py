"""`records.py` is private to its folder: others ask its store or its verbs; they may name its types."""

from __future__ import annotations

from pathlib import Path

from tests.house.guards.source import house_imports, read_modules

# Who may see every folder's tables: they are made there, and put together there.
SEES_ALL = ("migrations", "app")

# Further folders that may, each with its reason: (importing folder, folder of the records).
ALLOWED: frozenset[tuple[str, str]] = frozenset()


def record_findings(folder: Path, allowed: frozenset[tuple[str, str]] = ALLOWED) -> list[str]:
    """Name each import of another folder's records."""
    return [
        f"{module.path}:{found.line}: {found.name} is private to {part}"
        for module in read_modules(folder)
        for part, found in house_imports(module)
        if "records" in found.name.split(".")[1:]
        and not found.is_for_types
        and part != module.part
        and module.part not in SEES_ALL
        and (module.part, part) not in allowed
    ]
