"""A literal table names every file of its folder: adding a word is one file and one line."""

from __future__ import annotations

import importlib
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.house.guards.tables import modules_named, table_findings
from tests.house.places import HOUSE, assert_none, build_tree

# The folder of the files, the modules where their table may stand, its name.
TABLES = (
    ("commands/words", ("commands.table",), "WORDS"),
    ("rules/actions", ("rules.actions.table", "rules.actions"), "ACTIONS"),
)


def test_every_table_of_the_house_and_its_folder_name_the_same_things() -> None:
    for folder, homes, name in TABLES:
        if (HOUSE / folder).is_dir():
            package = f"inboxcrm.{folder.replace('/', '.')}"
            assert_none(table_findings(HOUSE / folder, modules_named(_read_table(homes, name), package)))


@dataclass(frozen=True, slots=True)
class Word:
    name: str
    verb: Any


def test_the_guard_bites_a_file_without_a_line_and_a_line_without_a_file(tmp_path: Path) -> None:
    tree = build_tree(tmp_path, {"__init__.py": "", "table.py": "", "won.py": "", "lost.py": ""})

    assert table_findings(tree, ["inboxcrm.commands.words.won", "inboxcrm.commands.words.paid"]) == [
        "lost.py stands in no line of the table",
        "paid stands in the table and has no file",
    ]


def test_a_line_may_be_a_dataclass_a_tuple_a_function_or_a_module() -> None:
    lines = (
        Word("dump", json.JSONDecoder),
        ("load", json.JSONEncoder),
        json.decoder,
        Counter,
        Word("none", None),
    )

    assert modules_named(lines, "json") == {"json.decoder", "json.encoder"}
    assert modules_named({"load": json.JSONEncoder}, "json") == {"json.encoder"}


def _read_table(homes: tuple[str, ...], name: str) -> Any:
    for home in homes:
        path = HOUSE / home.replace(".", "/")
        if path.with_suffix(".py").is_file() or (path / "__init__.py").is_file():
            module = importlib.import_module(f"inboxcrm.{home}")
            if hasattr(module, name):
                return getattr(module, name)
    raise AssertionError(f"no {name} in {' or '.join(homes)}")
