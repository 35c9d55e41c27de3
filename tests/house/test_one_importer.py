"""Each outside package can be replaced in one file."""

from __future__ import annotations

from pathlib import Path

from tests.house.guards.packages import package_findings
from tests.house.places import HOUSE, assert_none, build_tree


def test_every_outside_package_of_the_house_has_its_one_importer() -> None:
    assert_none(package_findings(HOUSE))


def test_the_guard_bites_an_import_out_of_its_place(tmp_path: Path) -> None:
    tree = build_tree(
        tmp_path,
        {
            "mail/imap.py": "import imapclient\n",
            "workers/poller.py": "def poll():\n    from imapclient import IMAPClient\n",
            "crm/lead.py": "import sqlalchemy as sa\n",
            "crm/store.py": "import sqlalchemy as sa\n",
        },
    )

    assert package_findings(tree) == [
        "crm/lead.py:1: sqlalchemy is imported in base/*, */records.py, */store.py, */facts.py, rules/*, "
        "migrations/*, app/migrate.py only",
        "workers/poller.py:2: imapclient is imported in mail/imap.py only",
    ]


def test_the_guard_bites_a_second_importer_of_any_other_package(tmp_path: Path) -> None:
    tree = build_tree(tmp_path, {"a.py": "import jinja2\n", "b.py": "from jinja2 import Template\n"})

    assert package_findings(tree) == ["jinja2 has one importer, not 2: a.py, b.py"]


def test_the_standard_library_and_our_own_folders_are_free(tmp_path: Path) -> None:
    text = "import json\nimport inboxcrm.base\nfrom . import b\nfrom ..base import ids\n"
    tree = build_tree(tmp_path, {"crm/a.py": text, "crm/b.py": text})

    assert package_findings(tree) == []
