"""Read a package: its modules as syntax trees, and every import of a module, wherever it stands in it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

PACKAGE = "inboxcrm"


@dataclass(frozen=True, slots=True)
class Module:
    """One file: its path below the package with forward slashes, its text, its syntax tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def part(self) -> str:
        """Give the folder of the house that it belongs to; a file at the top is its own."""
        return self.path.partition("/")[0].removesuffix(".py")

    def is_one_of(self, patterns: tuple[str, ...]) -> bool:
        """Tell whether a pattern fits the path; a star goes over slashes too."""
        return any(fnmatch(self.path, pattern) for pattern in patterns)


@dataclass(frozen=True, slots=True)
class Import:
    """One imported thing by its full dotted name, with the line on which it stands."""

    name: str
    line: int
    is_for_types: bool = False  # under `if TYPE_CHECKING:`; never run


def read_modules(folder: Path) -> list[Module]:
    """Read every Python file below the folder, sorted by path."""
    modules = []
    for file in sorted(folder.rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        modules.append(Module(file.relative_to(folder).as_posix(), text, ast.parse(text)))
    return modules


def imports_of(module: Module) -> Iterator[Import]:
    """Give all imports of a module: inside functions and by `import_module("…")` too, relative ones resolved."""
    typing_only = _lines_for_types(module.tree)
    for found in _imports_in(module):
        yield Import(found.name, found.line, found.line in typing_only)


def _lines_for_types(tree: ast.Module) -> set[int]:
    blocks = [
        node.body
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    ]
    return {statement.lineno for body in blocks for statement in body}


def _imports_in(module: Module) -> Iterator[Import]:
    for node in ast.walk(module.tree):
        match node:
            case ast.Import(names=names):
                yield from (Import(alias.name, node.lineno) for alias in names)
            case ast.ImportFrom(module=name, names=names, level=level):
                base = ".".join(filter(None, [_package_above(module, level) if level else "", name]))
                yield from (Import(f"{base}.{alias.name}", node.lineno) for alias in names)
            case ast.Call(
                func=ast.Name(id="import_module" | "__import__"), args=[ast.Constant(value=str(name))]
            ):
                yield Import(name, node.lineno)
            case ast.Call(func=ast.Attribute(attr="import_module"), args=[ast.Constant(value=str(name))]):
                yield Import(name, node.lineno)


def house_imports(module: Module) -> Iterator[tuple[str, Import]]:
    """Give the imports from our own package, each with the folder of the house that it leads to."""
    for found in imports_of(module):
        first, _, rest = found.name.partition(".")
        if first == PACKAGE and rest and not rest.startswith("__version__"):
            yield rest.partition(".")[0], found


def _package_above(module: Module, level: int) -> str:
    parts = [PACKAGE, *module.path.split("/")][:-1]
    return ".".join(parts[: len(parts) - level + 1])
