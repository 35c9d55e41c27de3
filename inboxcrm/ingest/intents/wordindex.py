"""Finds what is looked up by a word: by the whole word, by its beginning or by its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar

from inboxcrm.ingest.intents.phrases import STEM, Phrase

MOST_REMEMBERED = 20_000  # words whose finds are kept, for most words come again
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class WordIndex(Generic[Found]):
    """Things by the words of their phrases."""

    whole: dict[str, list[Found]] = field(default_factory=dict)
    opening: dict[str, list[tuple[str, Found]]] = field(default_factory=dict)
    closing: dict[str, list[tuple[str, Found]]] = field(default_factory=dict)
    remembered: dict[str, tuple[Found, ...]] = field(default_factory=dict)

    def add(self, phrase: Phrase, thing: Found) -> None:
        """Index a thing by the words by which a phrase is looked up."""
        for word in phrase.anchors:
            self.whole.setdefault(word, []).append(thing)
        for stem in phrase.stems:
            self.opening.setdefault(stem[:STEM], []).append((stem, thing))
        for tail in phrase.tails:
            self.closing.setdefault(tail[-STEM:], []).append((tail, thing))

    def found_by(self, word: str) -> tuple[Found, ...]:
        """Give what a word of a sentence may stand for."""
        found = self.remembered.get(word)
        if found is None:
            if len(self.remembered) >= MOST_REMEMBERED:
                self.remembered.clear()
            found = self.remembered[word] = self._look_up(word)
        return found

    def _look_up(self, word: str) -> tuple[Found, ...]:
        begun = [thing for stem, thing in self.opening.get(word[:STEM], ()) if word.startswith(stem)]
        ended = [thing for tail, thing in self.closing.get(word[-STEM:], ()) if word.endswith(tail)]
        return (*self.whole.get(word, ()), *begun, *ended)
