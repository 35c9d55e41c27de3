"""Every module and public function says what it does, and none is long."""

from __future__ import annotations

from pathlib import Path

from tests.house.guards.shape import docstring_findings, length_findings
from tests.house.places import HOUSE, assert_none, build_tree


def test_everything_public_of_the_house_has_a_docstring() -> None:
    assert_none(docstring_findings(HOUSE))


def test_no_file_or_function_of_the_house_is_long() -> None:
    assert_none(length_findings(HOUSE))


def test_the_guard_bites_what_says_nothing_of_itself(tmp_path: Path) -> None:
    text = '"""Leads."""\nclass Lead:\n    """A lead."""\n    def win(self): ...\ndef _own(): ...\ndef lose(): ...\n'
    tree = build_tree(tmp_path, {"crm/lead.py": text, "crm/box.py": "x = 1\n"})

    assert docstring_findings(tree) == [
        "crm/box.py: the module says nothing of itself",
        "crm/lead.py:4: Lead.win has no docstring",
        "crm/lead.py:6: lose has no docstring",
    ]


def test_the_guard_bites_long_files_and_functions(tmp_path: Path) -> None:
    tree = build_tree(
        tmp_path,
        {
            "crm/lead.py": "x = 1\n" * 401,
            "crm/box.py": "def f():\n" + "    x = 1\n" * 60,
            "crm/ok.py": "x = 1\n" * 400,
        },
    )

    assert length_findings(tree) == [
        "crm/box.py:1: f has 61 lines; 60 at most",
        "crm/lead.py: 401 lines; 400 at most",
    ]
