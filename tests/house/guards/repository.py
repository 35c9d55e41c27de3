"""What is committed speaks of the product only, and every file that a text leads to is there."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

# Folders of the place where this is built. Written so that this file does not name them itself.
WORKPLACE = re.compile(r"(?<![\w./])/" r"work/|(?<!\w)\.lib" r"rary\b|(?<![\w-])sha" r"red/")
# It looks for a folder of mails beside the repository.
EXEMPT = frozenset({".ci/run"})

# A path in backticks: any file of ours by its folder, or a module as it is called inside the package.
FILE_NAMED = re.compile(
    r"`((?:inboxcrm|tests|docs|bench|setup)/[\w./-]*\w\.\w+|[\w-]+/[\w./-]*\w\.py)(?::\d+)?`"
)


def workplace_findings(folder: Path, paths: list[str]) -> list[str]:
    """Name each line of the given files that speaks of the place where they were written."""
    findings = []
    for path in paths:
        file = folder / path
        if path in EXEMPT or not file.is_file():
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if found := WORKPLACE.search(line):
                findings.append(f"{path}:{number}: {found[0]} is no business of the product")
    return findings


def missing_files(folder: Path, text: str) -> list[str]:
    """Name each file that a text names in backticks and that is not there."""
    return [
        f"{path} is named and does not exist"
        for path in FILE_NAMED.findall(text)
        if not (folder / path).is_file() and not (folder / "inboxcrm" / path).is_file()
    ]


def tracked_files(folder: Path) -> list[str]:
    """Ask git for the files of the repository; outside of one there are none."""
    if not (folder / ".git").exists():
        return []
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=folder, capture_output=True, check=True, text=True
    )
    return [path for path in listing.stdout.split("\0") if path]
