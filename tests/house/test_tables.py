"""A literal table names every file of its folder: adding a word is one file and one line."""

from __future__ import annotations

from pathlib import Path

from tests.house.guards.tables import table_findings
from tests.house.places import build_tree


def test_the_guard_bites_a_file_without_a_line_and_a_line_without_a_file(tmp_path: Path) -> None:
    tree = build_tree(tmp_path, {"__init__.py": "", "table.py": "", "won.py": "", "lost.py": ""})

    assert table_findings(tree, ["inboxcrm.commands.words.won", "inboxcrm.commands.words.paid"]) == [
        "lost.py stands in no line of the table",
        "paid stands in the table and has no file",
    ]
