"""Imports point down only; folders on one line never import each other."""

from __future__ import annotations

from pathlib import Path

from tests.house.guards.source import house_imports, read_modules

LAYERS: tuple[frozenset[str], ...] = (
    frozenset({"__main__"}),
    frozenset({"cli"}),
    frozenset({"demo"}),
    frozenset({"workers", "web"}),
    frozenset({"app"}),
    frozenset({"migrations"}),  # data of the product; sees every folder's records
    frozenset({"rules", "commands"}),
    frozenset({"reports"}),
    frozenset({"ingest"}),
    frozenset({"sales"}),
    frozenset({"outbox", "crm"}),
    frozenset({"mail", "papers", "wakes"}),
    frozenset({"base"}),
)

# The demo is a user of the product: it speaks to it by mail and by its commands, never by its verbs.
FORBIDDEN: frozenset[tuple[str, str]] = frozenset(
    ("demo", part) for part in ("crm", "sales", "rules", "commands", "ingest", "outbox")
)


def layer_findings(folder: Path) -> list[str]:
    """Name each import that points up or sideways, is forbidden, or joins a folder that the table does not have."""
    depth = {part: level for level, parts in enumerate(LAYERS) for part in parts}
    findings = []
    for module in read_modules(folder):
        if module.path == "__init__.py":
            continue
        if module.part not in depth:
            findings.append(f"{module.path}: {module.part} has no line in LAYERS")
            continue
        for part, found in house_imports(module):
            where = f"{module.path}:{found.line}: {module.part} imports {found.name}"
            if part not in depth:
                findings.append(f"{where}, which has no line in LAYERS")
            elif part != module.part and depth[part] <= depth[module.part]:
                findings.append(f"{where}, which is not below it")
            elif (module.part, part) in FORBIDDEN:
                findings.append(f"{where}, which it may not")
    return findings
