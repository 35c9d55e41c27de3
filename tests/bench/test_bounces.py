"""The bounce benchmark counts what is right on a corpus, beside what others gave."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import side
from bench.__main__ import main
from tests.mail.bounces import GONE, QMAIL, notice, report, status_fields

NOBODY: dict[str, list[str]] = {"sisimai": [], "flufl_bounce": []}


def row(name: str, wanted: list[str], basis: str, *tags: str, **more: object) -> dict[str, object]:
    return {
        "file": f"bounce/{name}.eml",
        "failed_recipients": wanted,
        "basis": basis,
        "tags": list(tags),
        "parsers": NOBODY,
        "sisimai": [],
        **more,
    }


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three notices: one by the book, one in qmail's words of which the corpus expects another, one of delay."""
    stated = [{"status": "5.1.1", "reason": "userunknown", "hard": True, "replycode": "550"}]
    notices = [
        (row("book", [GONE], "A", sisimai_test_expectation=stated), report(status_fields())),
        (row("qmail", ["another@x.test"], "B"), notice(QMAIL)),
        (row("late", [GONE], "B", "delayed"), report(status_fields(action="delayed", status="4.4.1"))),
    ]
    for folder in ("bounce", "real", "autoreply"):
        (tmp_path / folder).mkdir()
    for told, raw in notices:
        (tmp_path / str(told["file"])).write_bytes(raw)
    (tmp_path / "real" / "1.eml").write_bytes(notice("words", sender="bob@x.test", subject="Question"))
    (tmp_path / "autoreply" / "1.eml").write_bytes(report(status_fields()))
    lines = "".join(f"{json.dumps(told)}\n" for told, _ in notices)
    (tmp_path / "bounce" / "bounces_expected.jsonl").write_text(lines, encoding="utf-8")
    monkeypatch.setenv("INBOXCRM_CORPUS", str(tmp_path))
    monkeypatch.setattr(side, "call_in_child", side.call_here)
    return tmp_path


def test_it_counts_who_was_named_rightly(corpus: Path, tmp_path: Path) -> None:
    main(["bounces", "--json", str(tmp_path / "told.jsonl")])

    bounces, others = [json.loads(line) for line in (tmp_path / "told.jsonl").read_text().splitlines()]
    assert bounces["sure"] == {"files": 3, "ours": 2, "sisimai": 0, "flufl_bounce": 0}
    assert bounces["stated"] == {"files": 1, "ours": 1, "sisimai": 0, "flufl_bounce": 0}
    assert bounces["failed_alone"] == {"files": 2, "ours": 1, "sisimai": 0, "flufl_bounce": 0}
    assert bounces["false_bounces"] == []
    assert bounces["status_class"] == {"compared": 1, "same": 1}
    assert (others["n"], others["found"]) == (2, ["autoreply/1.eml"])


def test_without_a_corpus_it_measures_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("INBOXCRM_CORPUS", raising=False)
    main(["bounces", "--json", str(tmp_path / "told.jsonl")])

    assert not (tmp_path / "told.jsonl").exists()
