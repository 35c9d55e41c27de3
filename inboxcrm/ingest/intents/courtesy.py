"""Courtesies: a mail of thanks, a nod or good wishes, and of nothing else (IN-13)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from inboxcrm.ingest.intents.hits import Hit
from inboxcrm.ingest.intents.sentences import Sentence

NAME = "courtesy"
MOST_TOKENS = 40
# Files that mail programs add by themselves.
BESIDE = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".bmp", ".vcf", ".p7s", ".asc", ".sig")
LONGEST_CLOSING = 5  # words in a line that only says goodbye or a name


def courtesy_in(sentences: Sequence[Sentence], hits: Sequence[Hit]) -> list[Hit]:
    """Give the courtesy of a mail that says nothing besides; a sentence without one makes it none."""
    said = [sentence for sentence in sentences if sentence.start >= 0]
    polite = {hit.sentence: hit for hit in hits if hit.intent == NAME and hit.sentence.start >= 0}
    others = [hit for hit in hits if hit.intent != NAME]
    if not polite or others or sum(len(s.tokens) for s in said) > MOST_TOKENS:
        return []
    first = min(said.index(sentence) for sentence in polite)
    last = max(said.index(sentence) for sentence in polite)
    rest = [s for s in said[: last + 1] if s not in polite] + _beyond_closing(said[last + 1 :])
    return [] if rest else [polite[said[first]]]


def is_courtesy(intents: Iterable[Mapping[str, object]]) -> bool:
    """Tell by a mail's intents whether it needs no answer (IN-13)."""
    return any(one["name"] == NAME for one in intents)


def brings_file(names: Iterable[str]) -> bool:
    """Tell whether one of these attachments is to be looked at: no picture of a signature, card or certificate."""
    return any(name and not name.lower().endswith(BESIDE) for name in names)


def _beyond_closing(tail: Sequence[Sentence]) -> list[Sentence]:
    return [] if sum(len(sentence.tokens) for sentence in tail) <= LONGEST_CLOSING else list(tail)
