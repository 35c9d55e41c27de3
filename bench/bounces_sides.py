"""The sides of the bounce benchmark, each run in a process of its own."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.bounces import EXPECTED
from inboxcrm.mail.bounce.notice import Notice
from inboxcrm.mail.bounce.read import read_bounce, read_notice
from inboxcrm.mail.errors import UnparsableMail
from inboxcrm.mail.incoming import Incoming
from inboxcrm.mail.parse import parse_mail

# Of files with these tags nobody may say that a recipient has failed.
NO_BOUNCE = {"not-a-bounce", "feedback-report(arf)", "delivered-notice", "delayed", "success-dsn"}
NO_FAILURE = ("feedback", "delivered")  # Sisimai's reasons for recipients that have not failed
SURE = ("A", "B")  # stated by the source, or by two parsers of three

Row = dict[str, Any]


def parse_bounces(corpus: str) -> dict[str, Any]:
    """Parse the files and nothing else."""
    raws = [Path(corpus, row["file"]).read_bytes() for row in _rows(corpus)]
    return _parse_all(raws)


def read_bounces(corpus: str) -> dict[str, Any]:
    """Parse and read the files; count what is right, beside the answers of others."""
    rows = _rows(corpus)
    raws = [Path(corpus, row["file"]).read_bytes() for row in rows]
    begun = time.perf_counter()
    notices = [read_notice(parse_mail(raw)) for raw in raws]
    seconds = time.perf_counter() - begun
    told = list(zip(rows, notices, strict=True))
    sure = [(row, notice) for row, notice in told if row["basis"][:1] in SURE]
    stated = [(row, notice) for row, notice in sure if row["basis"][:1] == "A"]
    plain = [(row, notice) for row, notice in sure if not NO_BOUNCE & set(row["tags"])]
    return {
        "n": len(rows),
        "seconds": seconds,
        "sure": _right(sure),
        "stated": _right(stated),
        "failed_alone": _right(plain, outcomes=("failed",)),
        "false_bounces": [row["file"] for row, notice in told if _is_false(row, notice)],
        "false_bounces_sisimai": sum(_is_false_of_sisimai(row) for row in rows),
        "status_class": _same_class(told),
    }


def parse_others(corpus: str, mails: int) -> dict[str, Any]:
    """Parse list mail and absences and nothing else."""
    return _parse_all([file.read_bytes() for file in _others(corpus, mails)])


def read_others(corpus: str, mails: int) -> dict[str, Any]:
    """Read list mail and absences for bounces; name the files in which one was found."""
    files = _others(corpus, mails)
    raws = [file.read_bytes() for file in files]
    begun = time.perf_counter()
    bounces = [read_bounce(one) if (one := _parsed(raw)) else None for raw in raws]
    seconds = time.perf_counter() - begun
    found = [str(file.relative_to(corpus)) for file, one in zip(files, bounces, strict=True) if one]
    return {"n": len(files), "seconds": seconds, "found": found}


def _rows(corpus: str) -> list[Row]:
    with Path(corpus, EXPECTED).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _others(corpus: str, mails: int) -> list[Path]:
    """All absences, and list mail spread evenly over the lists."""
    lists = sorted(Path(corpus, "real").rglob("*.eml"))
    step = max(len(lists) // max(mails, 1), 1)
    return [*sorted(Path(corpus, "autoreply").rglob("*.eml")), *lists[::step][:mails]]


def _parse_all(raws: Sequence[bytes]) -> dict[str, Any]:
    begun = time.perf_counter()
    for raw in raws:
        _parsed(raw)
    return {"n": len(raws), "seconds": time.perf_counter() - begun}


def _parsed(raw: bytes) -> Incoming | None:
    try:
        return parse_mail(raw)
    except UnparsableMail:
        return None


def _right(
    told: Sequence[tuple[Row, Notice | None]], outcomes: Sequence[str] = ("failed", "delayed")
) -> dict[str, int]:
    """Count the files of which exactly the recipients were named, by us and by each parser."""
    counts = {"files": len(told), "ours": sum(_named(n, outcomes) == _wanted(row) for row, n in told)}
    for name in told[0][0]["parsers"] if told else ():
        counts[name] = sum({a.lower() for a in row["parsers"][name]} == _wanted(row) for row, _ in told)
    return counts


def _wanted(row: Row) -> set[str]:
    return {address.lower() for address in row["failed_recipients"]}


def _named(notice: Notice | None, outcomes: Sequence[str]) -> set[str]:
    return {one.address for one in notice.recipients if one.outcome in outcomes} if notice else set()


def _is_false(row: Row, notice: Notice | None) -> bool:
    return bool(NO_BOUNCE & set(row["tags"]) and _named(notice, ("failed",)))


def _is_false_of_sisimai(row: Row) -> bool:
    failed = [one for one in row["sisimai"] if one["reason"] not in NO_FAILURE]
    return bool(NO_BOUNCE & set(row["tags"]) and failed)


def _same_class(told: Sequence[tuple[Row, Notice | None]]) -> dict[str, int]:
    """Compare temporary and permanent where Sisimai's own tests state a status for the one recipient."""
    stated = [(row.get("sisimai_test_expectation") or [], notice) for row, notice in told]
    pairs = [
        (tests[0]["status"][0], notice.recipients[0].status[0])
        for tests, notice in stated
        if len(tests) == 1 and tests[0]["status"] and notice and len(notice.recipients) == 1
    ]
    return {"compared": len(pairs), "same": sum(theirs == ours for theirs, ours in pairs)}
