"""The stated cases of a corpus of replies, as questions that any library can be asked.

A suite is the repository that the cases come from. Its question is what its own tests ask: the words without
quotes (signatures stay), the person's own words (without signature), the first fragment, or the signature.
Where people labelled a text piece by piece, the score is the share of characters kept or left out rightly.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inboxcrm.mail.html_text import html_text
from inboxcrm.mail.parse import parse_mail

QUESTIONS = {
    "reply_exact_stripped": "own words",
    "first_fragment_exact_trimmed": "first fragment",
    "reply_text_equal_ignoring_whitespace": "without quotes",
    "quote_chunks(keep?,text)": "without quotes",
    "unwrap(type,from,to,subject,date,text)": "above the quote",
    "signature_text": "signature",
    "segment_labels": "own words",
}
NOT_OWN = re.compile(r"quot|signature|header|footer|disclaimer|banner", re.IGNORECASE)
WITH_SIGNATURE = ("talon-standard",)  # its expected replies keep "Sent from my iPhone"


@dataclass(frozen=True, slots=True)
class Case:
    """A text (of HTML: as our reader has it), what is asked of it, and the answer that the source states."""

    name: str
    suite: str
    question: str
    text: str
    html: str
    answer: str
    labels: tuple[tuple[int, int, str], ...] = ()


def read_cases(corpus: Path) -> list[Case]:
    """Read all cases that state an answer; the others are in the corpus for their shapes."""
    lines = (corpus / "reply" / "reply_cases.jsonl").read_text(encoding="utf-8").splitlines()
    return [
        _case(row, corpus) for row in map(json.loads, lines) if row["expect"] in QUESTIONS and _is_told(row)
    ]


def _is_told(row: dict[str, Any]) -> bool:
    value = row["value"]
    return value is not None and not (isinstance(value, dict) and not {"text_top", "html_top"} & value.keys())


def _case(row: dict[str, Any], corpus: Path) -> Case:
    raw = (corpus / row["file"]).read_bytes()
    text, html = raw.decode("utf-8", "replace").replace("\r\n", "\n"), ""
    if row["format"] == "eml":
        text = parse_mail(raw).text
    if row["format"] == "html":
        text, html = html_text(text), text
    suite = row["file"].split("/")[1]
    question = "without quotes" if suite in WITH_SIGNATURE else QUESTIONS[row["expect"]]
    if row["expect"] == "segment_labels":
        labels = tuple((start, end, label) for start, end, label in row["value"])
        return Case(row["id"], suite, question, text, html, "", labels)
    return Case(row["id"], suite, question, text, html, _answer(row))


def made_cases() -> list[Case]:
    """Give a few replies of our own, for a machine without the corpus."""
    return [
        Case(name, "made", "own words", f"{words}\n\n{below}", "", words)
        for name, words, below in (
            (
                "en",
                "Yes, please.",
                "On Mon, Jan 6, 2025 at 10:02 AM Anna <anna@ours.test> wrote:\n> Shall we?",
            ),
            ("nl", "Graag.", "Op ma 6 jan 2025 om 10:02 schreef Anna <anna@ours.test>:\n\n> Zullen we?"),
            (
                "de",
                "Gerne.",
                "Von: Anna\nGesendet: Montag, 6. Januar 2025 10:02\nAn: Bob\nBetreff: Angebot\n\nAlt",
            ),
            ("fr", "Oui.", "Le 06/01/2025 à 10:02, Anna a écrit :\n> D'accord ?"),
            ("no signature", "Agreed.", "-- \nBob Brouwer\nMetalcraft"),
        )
    ]


def _answer(row: dict[str, Any]) -> str:
    value = row["value"]
    if isinstance(value, dict):
        return value.get("text_top") or html_text(value.get("html_top", ""))
    if isinstance(value, list):
        chunks = row.get("with_intro_line") or value
        kept = "".join(text for is_kept, text in chunks if is_kept)
        return html_text(kept) if row["format"] == "html" else kept
    return str(value)


def score(case: Case, said: str) -> float:
    """1 for the right answer, compared without regard to space: libraries differ in which empty lines they keep."""
    if case.labels:
        return _share_of_characters(case, said)
    return float(bare(html_text(said) if case.html and "<" in said else said) == bare(case.answer))


def _share_of_characters(case: Case, said: str) -> float:
    """Look at each labelled line: is it in the answer, and should it be? Lines count by their length."""
    kept = Counter(bare(line) for line in said.split("\n"))
    right = total = 0
    for start, end, label in case.labels:
        for line in map(bare, case.text[start:end].split("\n")):
            is_kept = kept[line] > 0
            kept[line] -= is_kept
            total += len(line)
            right += len(line) * (is_kept != bool(NOT_OWN.search(label)))
    return right / total if total else 1.0


def bare(text: str) -> str:
    """A text without any space."""
    return re.sub(r"\s+", "", text.replace("\u200b", ""))
