"""Each benchmark runs on a few records and tells the figures that docs/bench.md names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import side
from bench.__main__ import main

FIELDS = {"bench", "database", "n", "seconds", "per_s", "peak_rss_mb", "peer", "peer_per_s", "ratio"}


IN_CHILD = side.call_in_child


@pytest.fixture(autouse=True)
def _nothing_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a corpus nor peers: made mails, and the ratios to the bare libraries alone."""
    monkeypatch.delenv("INBOXCRM_CORPUS", raising=False)
    monkeypatch.delenv("INBOXCRM_PEERS", raising=False)
    monkeypatch.setattr(side, "call_in_child", side.call_here)


@pytest.mark.parametrize(
    ("name", "n", "lines"),
    [
        ("intake", 20, 1),
        ("sending", 3, 1),
        ("jobs", 5, 1),
        ("rules", 40, 6),
        ("replay", 20, 1),
        ("digests", 3, 2),
    ],
)
def test_a_benchmark_prints_its_figures(name: str, n: int, lines: int, tmp_path: Path) -> None:
    main([name, "--n", str(n), "--json", str(tmp_path / "told.jsonl")])

    told = [json.loads(line) for line in (tmp_path / "told.jsonl").read_text().splitlines()]
    assert len(told) == lines
    for line in told:
        assert set(line) >= FIELDS
        assert line["bench"].startswith(name)
        assert line["n"] in (n, 100, 300)  # as asked; rules of a sweep; mails
        assert line["per_s"] > 0
        assert line["ratio"] > 0
        assert line["peak_rss_mb"] > 1


def test_a_side_runs_in_a_process_of_its_own() -> None:
    """Its peak memory is its own, and what goes wrong there is told here."""
    with pytest.raises(RuntimeError, match="ModuleNotFoundError"):
        IN_CHILD("bench.nowhere:nothing", {}, {})


def test_intake_takes_every_mail_once(tmp_path: Path) -> None:
    """V1: what lay there before is history: all of it, no lead, and nothing on a second look."""
    main(["history", "--n", "12", "--json", str(tmp_path / "told.jsonl")])

    told = json.loads((tmp_path / "told.jsonl").read_text())
    assert (told["n"], told["messages"], told["quarantine"], told["leads"], told["again"]) == (
        12,
        12,
        0,
        0,
        0,
    )
