"""A folder's tables can change without asking anybody, because nobody else reads them."""

from __future__ import annotations

from pathlib import Path

from tests.house.guards.private_records import record_findings
from tests.house.places import HOUSE, assert_none, build_tree

BAD = {
    "ingest/filing.py": "from inboxcrm.crm.records import LeadRecord\nfrom inboxcrm.crm import records\n",
    "crm/lead.py": "from .records import LeadRecord\nfrom inboxcrm.base.database import Base\n",
    "app/build.py": "import inboxcrm.crm.records\n",
    "sales/quote.py": "from inboxcrm.crm import store\n",
    "sales/kind.py": "if TYPE_CHECKING:\n    from inboxcrm.crm.records import LeadRecord\n",
}


def test_nobody_reads_the_tables_of_another_folder() -> None:
    assert_none(record_findings(HOUSE))


def test_the_guard_bites_an_import_of_foreign_records(tmp_path: Path) -> None:
    tree = build_tree(tmp_path, BAD)

    assert record_findings(tree) == [
        "ingest/filing.py:1: inboxcrm.crm.records.LeadRecord is private to crm",
        "ingest/filing.py:2: inboxcrm.crm.records is private to crm",
    ]


def test_a_pair_that_the_table_allows_passes(tmp_path: Path) -> None:
    tree = build_tree(tmp_path, BAD)

    assert record_findings(tree, allowed=frozenset({("ingest", "crm")})) == []
