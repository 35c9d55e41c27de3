"""Imports point down only."""

from __future__ import annotations

from pathlib import Path

from tests.house.guards.layers import layer_findings
from tests.house.places import HOUSE, assert_none, build_tree


def test_every_import_of_the_house_points_down() -> None:
    assert_none(layer_findings(HOUSE))


def test_the_guard_bites_an_import_that_points_up_wherever_it_stands(tmp_path: Path) -> None:
    tree = build_tree(
        tmp_path,
        {
            "base/money.py": "from inboxcrm.crm.lead import qualify_lead\n",
            "crm/lead.py": "def qualify_lead():\n    from ..ingest import match\n",
            "mail/imap.py": "import importlib\nimportlib.import_module('inboxcrm.sales.quote')\n",
        },
    )

    assert layer_findings(tree) == [
        "base/money.py:1: base imports inboxcrm.crm.lead.qualify_lead, which is not below it",
        "crm/lead.py:2: crm imports inboxcrm.ingest.match, which is not below it",
        "mail/imap.py:2: mail imports inboxcrm.sales.quote, which is not below it",
    ]


def test_the_guard_bites_an_import_between_folders_of_one_line(tmp_path: Path) -> None:
    tree = build_tree(tmp_path, {"outbox/letter.py": "import inboxcrm.crm.lead\n"})

    assert layer_findings(tree) == [
        "outbox/letter.py:1: outbox imports inboxcrm.crm.lead, which is not below it"
    ]


def test_the_guard_bites_a_demo_that_uses_the_verbs(tmp_path: Path) -> None:
    tree = build_tree(
        tmp_path,
        {
            "demo/story.py": "from inboxcrm.app import build\nfrom inboxcrm.crm import lead\n",
            "cli.py": "from inboxcrm.crm import lead\n",
        },
    )

    assert layer_findings(tree) == ["demo/story.py:2: demo imports inboxcrm.crm.lead, which it may not"]


def test_the_guard_bites_a_folder_that_has_no_place_in_the_house(tmp_path: Path) -> None:
    tree = build_tree(tmp_path, {"tools/x.py": "", "crm/lead.py": "import inboxcrm.tools.x\n"})

    assert layer_findings(tree) == [
        "crm/lead.py:1: crm imports inboxcrm.tools.x, which has no line in LAYERS",
        "tools/x.py: tools has no line in LAYERS",
    ]


def test_imports_that_point_down_and_within_the_folder_pass(tmp_path: Path) -> None:
    tree = build_tree(
        tmp_path,
        {
            "__init__.py": "__version__ = '1'\n",
            "crm/lead.py": "import inboxcrm.base.money\nfrom . import box\nfrom inboxcrm import __version__\n",
            "crm/box.py": "import os\nfrom inboxcrm.crm import lead\n",
        },
    )

    assert layer_findings(tree) == []
