"""In which languages a text may be written: by its letters, else by its small words (IN-11).

A short text may be in several, and nobody can tell of "ok, 20". It takes linear time in the text.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from functools import lru_cache
from pathlib import Path

LONGEST = 5_000
FEWEST_LETTERS = 4
FEWEST_WORDS = 2  # different small words, below which a language written in Latin letters cannot be told
SHARE_OF_BEST = 0.7
_WORD = re.compile(r"[^\W\d_]+")
# Letters by which languages are told that have their own: (first, last, languages).
_SCRIPTS: tuple[tuple[int, int, tuple[str, ...]], ...] = (
    (0x0370, 0x03FF, ("el",)),
    (0x0400, 0x04FF, ("ru", "uk", "bg", "sr")),
    (0x0590, 0x05FF, ("he",)),
    (0x0600, 0x06FF, ("ar", "fa", "ur")),
    (0x0900, 0x097F, ("hi",)),
    (0x0E00, 0x0E7F, ("th",)),
    (0x3040, 0x30FF, ("ja",)),
    (0xAC00, 0xD7AF, ("ko",)),
    (0x4E00, 0x9FFF, ("zh", "ja")),
)


@lru_cache
def _small_words() -> dict[str, frozenset[str]]:
    words = tomllib.loads(Path(__file__).with_name("language_words.toml").read_text(encoding="utf-8"))
    return {language: frozenset(text.split()) for language, text in words.items()}


def languages_of(text: str) -> tuple[str, ...]:
    """Give the languages (ISO 639-1) that a text may be in, the likeliest first; none if nobody can tell."""
    text = text[:LONGEST]
    own, letters = _scripts(text)
    if own and own.total() * 2 >= letters:
        [(languages, _)] = own.most_common(1)
        # Japanese is written with Chinese letters among its own.
        return ("ja",) if ("ja",) in own else languages
    words = set(_WORD.findall(text.casefold()))
    scores = {language: len(words & small) for language, small in _small_words().items()}
    best = max(scores.values())
    if best < FEWEST_WORDS:
        return ()
    likely = [language for language, score in scores.items() if score >= best * SHARE_OF_BEST]
    return tuple(sorted(likely, key=lambda language: -scores[language]))


def _scripts(text: str) -> tuple[Counter[tuple[str, ...]], int]:
    """Count the letters of scripts that tell a language, and all letters."""
    found: Counter[tuple[str, ...]] = Counter()
    letters = 0
    for letter, count in Counter(text).items():
        if not letter.isalpha():
            continue
        letters += count
        for first, last, languages in _SCRIPTS:
            if first <= ord(letter) <= last:
                found[languages] += count
                break
    return (found, letters) if found.total() >= FEWEST_LETTERS else (Counter(), letters)
