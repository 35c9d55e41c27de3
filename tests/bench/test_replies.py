"""The benchmark of replies tells for each suite what is right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import side
from bench.__main__ import main
from bench.reply_cases import Case, made_cases, score


def test_without_a_corpus_and_peers_it_tells_ours_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("INBOXCRM_CORPUS", raising=False)
    monkeypatch.delenv("INBOXCRM_PEERS", raising=False)
    monkeypatch.setattr(side, "call_in_child", side.call_here)

    main(["replies", "--n", "1", "--json", str(tmp_path / "told.jsonl")])

    told = [json.loads(line) for line in (tmp_path / "told.jsonl").read_text().splitlines()]
    assert [(line["bench"], line["n"], line["right"]) for line in told] == [
        ("replies, made", len(made_cases()), len(made_cases()))
    ]
    assert "100.0%" in capsys.readouterr().out


def test_labelled_text_is_scored_by_characters() -> None:
    text = "Yes.\n> quoted\n-- \nBob\n"
    labels = ((0, 5, "paragraph"), (5, 14, "quotation"), (14, 22, "personal_signature"))
    case = Case("a", "labels", "own words", text, "", "", labels)

    assert score(case, "Yes.") == 1.0
    assert score(case, text) == pytest.approx(4 / 16)  # of Yes. >quoted -- Bob
