"""Time and randomness are handed in: one file each reads them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from tests.house.guards.source import Module, read_modules

# What the machine says differently each time it is asked, and who may ask.
SOURCES = (
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "random.*",
    "secrets.*",
    "uuid.*",
    "os.urandom",
    "os.getrandom",
    "email.utils.make_msgid",
)
SOURCE_FILES = ("base/clock.py", "base/ids.py", "demo/mail_server.py")

# What measures or waits, and the edges to servers and processes where a timeout needs it.
STOPWATCHES = (
    "time.monotonic",
    "time.monotonic_ns",
    "time.perf_counter",
    "time.perf_counter_ns",
    "time.sleep",
)
EDGE_FILES = (
    "workers/*",
    "wakes/*",
    "mail/imap.py",
    "mail/smtp.py",
    "mail/pool*.py",
    "demo/*",
    "base/child.py",
)


def hidden_time_findings(folder: Path) -> list[str]:
    """Name each use (a call, or a function handed on) of time or randomness outside its files."""
    findings = []
    for module in read_modules(folder):
        for name, line in sorted(_names_used(module), key=lambda used: used[1]):
            if _is_any(name, SOURCES) and not module.is_one_of(SOURCE_FILES):
                findings.append(
                    f"{module.path}:{line}: {name} is hidden time or randomness; have it handed in"
                )
            if _is_any(name, STOPWATCHES) and not module.is_one_of(EDGE_FILES):
                findings.append(f"{module.path}:{line}: {name} belongs to the edges: {', '.join(EDGE_FILES)}")
    return findings


def _is_any(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(name, pattern) for pattern in patterns)


def _names_used(module: Module) -> Iterator[tuple[str, int]]:
    meaning = _imported_names(module)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
            first, _, rest = _dotted(node).partition(".")
            if first in meaning:
                yield f"{meaning[first]}.{rest}".rstrip("."), node.lineno


def _imported_names(module: Module) -> dict[str, str]:
    """Map each name that an import binds in this file to what it stands for."""
    meaning = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.partition(".")[0]
                meaning[alias.asname or first] = alias.name if alias.asname else first
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                meaning[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return meaning


def _dotted(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr):
            before = _dotted(value)
            return f"{before}.{attr}" if before else ""
    return ""
