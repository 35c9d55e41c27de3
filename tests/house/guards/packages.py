"""One outside package has one importing file, so that each can be replaced; frameworks have their places."""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

from tests.house.guards.source import PACKAGE, imports_of, read_modules

# Where a package may be imported. What is not named here has any one file.
PLACES: dict[str, tuple[str, ...]] = {
    "imapclient": ("mail/imap.py",),
    "aiosmtplib": ("mail/smtp.py",),
    "mailparser": ("mail/parse.py",),
    "quotequail": ("mail/reply.py",),
    "typst": ("papers/typeset.py",),
    "holidays": ("base/workdays.py",),
    "rq": ("wakes/*",),
    "redis": ("wakes/*",),
    # frameworks
    "sqlalchemy": (
        "base/*",
        "*/records.py",
        "*/store.py",
        "*/facts.py",
        "rules/*",
        "migrations/*",
        "app/migrate.py",
    ),
    "alembic": ("app/migrate.py", "migrations/*"),
    "pydantic": ("base/settings*.py", "papers/content.py"),
    "click": ("cli.py", "cli/*"),
    "starlette": ("web/*",),
    "structlog": ("*",),
}


def package_findings(folder: Path) -> list[str]:
    """Name each import out of its place, and each further importer of a package that is free to have one."""
    findings = []
    importers: dict[str, set[str]] = defaultdict(set)
    for module in read_modules(folder):
        for found in imports_of(module):
            package = found.name.partition(".")[0]
            if package == PACKAGE or package in sys.stdlib_module_names:
                continue
            if package not in PLACES:
                importers[package].add(module.path)
            elif not module.is_one_of(PLACES[package]):
                places = ", ".join(PLACES[package])
                findings.append(f"{module.path}:{found.line}: {package} is imported in {places} only")
    findings += [
        f"{package} has one importer, not {len(files)}: {', '.join(sorted(files))}"
        for package, files in sorted(importers.items())
        if len(files) > 1
    ]
    return list(dict.fromkeys(findings))  # one line for an import of several names
