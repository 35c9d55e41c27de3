"""Words whose mechanism is still to come: whoever says one is told so, and nothing is taken for another word (EM-4)."""

from __future__ import annotations

from collections.abc import Collection

LATER = frozenset(
    (
        "approve", "cleared", "credit", "dispute", "hours", "lot", "merge", "reject", "revise", "send",
        "summary", "withdraw",
    )
)  # fmt: skip
LONGEST = 4  # words: a sentence is none of these


def word_to_come(text: str, known: Collection[str]) -> str:
    """Give the word of the first line of free text that is not there yet; "" if it is none."""
    line = text.strip().partition("\n")[0].split()
    word = line[0].lower().rstrip(".:!") if line and len(line) <= LONGEST else ""
    return word if word in LATER and word not in known else ""
