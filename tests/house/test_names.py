"""A module's name says what is in it."""

from __future__ import annotations

from pathlib import Path

from tests.house.guards.names import name_findings
from tests.house.places import HOUSE, assert_none, build_tree


def test_every_module_of_the_house_is_named_by_the_trade() -> None:
    assert_none(name_findings(HOUSE))


def test_the_guard_bites_names_that_say_nothing_or_are_taken(tmp_path: Path) -> None:
    tree = build_tree(
        tmp_path, {"crm/utils.py": "", "queue/wake.py": "", "helpers/x.py": "", "crm/lead.py": ""}
    )

    assert name_findings(tree) == [
        "crm/utils.py: utils says nothing of the trade",
        "helpers/x.py: helpers says nothing of the trade",
        "queue/wake.py: queue is a module of the standard library",
    ]
