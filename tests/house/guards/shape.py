"""Every module and public function says what it does; files and functions stay short."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.guards.source import Module, read_modules

FILE_LINES = 400
FUNCTION_LINES = 60
# A migration is a list of tables, in the form that Alembic gives it.
EXEMPT = ("migrations/versions/*",)

Function = ast.FunctionDef | ast.AsyncFunctionDef


def docstring_findings(folder: Path) -> list[str]:
    """Name each module, public class, and public function or method that has no docstring."""
    findings = []
    for module in read_modules(folder):
        if not ast.get_docstring(module.tree):
            findings.append(f"{module.path}: the module says nothing of itself")
        if not module.is_one_of(EXEMPT):
            findings += [
                f"{module.path}:{node.lineno}: {name} has no docstring"
                for name, node in _public(module.tree, "")
                if not ast.get_docstring(node)
            ]
    return findings


def length_findings(folder: Path) -> list[str]:
    """Name each file over 400 lines and each function over 60, its docstring counted."""
    findings = []
    for module in read_modules(folder):
        if module.is_one_of(EXEMPT):
            continue
        if (lines := len(module.text.splitlines())) > FILE_LINES:
            findings.append(f"{module.path}: {lines} lines; {FILE_LINES} at most")
        findings += list(_long_functions(module))
    return findings


def _long_functions(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, Function) and node.end_lineno:
            lines = node.end_lineno - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield f"{module.path}:{node.lineno}: {node.name} has {lines} lines; {FUNCTION_LINES} at most"


def _public(node: ast.Module | ast.ClassDef, prefix: str) -> Iterator[tuple[str, Function | ast.ClassDef]]:
    for child in node.body:
        if isinstance(child, Function | ast.ClassDef) and not child.name.startswith("_"):
            yield prefix + child.name, child
            if isinstance(child, ast.ClassDef):
                yield from _public(child, f"{prefix}{child.name}.")
