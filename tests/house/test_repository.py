"""What is committed speaks of the product only, and what a text leads to is there."""

from __future__ import annotations

from pathlib import Path

from tests.house.guards.repository import missing_files, tracked_files, workplace_findings
from tests.house.places import REPOSITORY, assert_none, build_tree


def test_no_committed_file_speaks_of_the_place_where_it_was_written() -> None:
    assert_none(workplace_findings(REPOSITORY, tracked_files(REPOSITORY)))


def test_every_file_that_the_texts_name_is_there() -> None:
    texts = [*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/**/*.md")]

    assert_none(
        [f"{file.name}: {gone}" for file in texts for gone in missing_files(REPOSITORY, file.read_text())]
    )


def test_the_guard_bites_a_path_of_the_workplace(tmp_path: Path) -> None:
    words = [
        "/wo" + "rk/main/x",
        "see .lib" + "rary/x",
        "../sha" + "red/corpus",
        "https://example.com/wo" + "rk/",
    ]
    tree = build_tree(tmp_path, {"README.md": "\n".join(words), ".ci/run": "\n".join(words)})

    findings = workplace_findings(tree, ["README.md", ".ci/run", "gone.md"])

    assert [finding.partition(": ")[0] for finding in findings] == [
        "README.md:1",
        "README.md:2",
        "README.md:3",
    ]


def test_the_guard_bites_a_file_that_is_named_and_not_there(tmp_path: Path) -> None:
    tree = build_tree(tmp_path, {"inboxcrm/mail/imap.py": ""})
    text = (
        "`inboxcrm/mail/imap.py:12`, `inboxcrm/mail/gone.py`, `mail/imap.py`, `mail/lost.py`, `Money`, `crm`"
    )

    assert missing_files(tree, text) == [
        "inboxcrm/mail/gone.py is named and does not exist",
        "mail/lost.py is named and does not exist",
    ]
