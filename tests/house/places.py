"""Where the real house stands, and how a test builds a tiny bad one."""

from __future__ import annotations

from pathlib import Path

import inboxcrm

HOUSE = Path(inboxcrm.__file__).parent
REPOSITORY = Path(__file__).parents[2]


def build_tree(folder: Path, files: dict[str, str]) -> Path:
    """Write files by their path below the folder; give the folder."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


def assert_none(findings: list[str]) -> None:
    """Fail with every finding on a line of its own."""
    assert not findings, "\n".join(["", *findings])
