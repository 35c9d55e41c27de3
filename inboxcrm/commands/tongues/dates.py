"""Words about a day in a language, put into English: `over 2 weken` is `2 weeks`, `am 3. Dez` is `3 december`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from inboxcrm.commands.tongues.reading import Dates, language_of

_NUMBER = re.compile(r"\d{1,2}\.?")
_CLOCK = re.compile(r"\d{1,2}(?::\d{2})?")


def readings_of(text: str, languages: Iterable[str]) -> list[str]:
    """Give what words about a day, in lower case, may mean in English: as they stand first, then by each language."""
    return list(dict.fromkeys((text, *(in_english(text, language_of(one).dates) for one in languages))))


def in_english(text: str, dates: Dates) -> str:
    """Give the English words; one that the language does not know stays as it is."""
    parts = _phrases(text, dates).split()
    said: list[str] = []
    for at, word in enumerate(parts):
        before = parts[at - 1] if at else ""
        if dates.hour and word == dates.hour and said and _CLOCK.fullmatch(said[-1]):
            said[-1] = said[-1] if ":" in said[-1] else f"{said[-1]}:00"
        elif _NUMBER.fullmatch(before) and (month := dates.month(word)):
            said[-1] = said[-1].rstrip(".")
            said.append(month)
        elif word not in dates.fillers:
            said.append(dates.day(word) or word)
    return " ".join(said)


def _phrases(text: str, dates: Dates) -> str:
    """Put phrases of several words, and words that the tables above have no place for, into English."""
    spaced = f" {text} "
    for phrase, english in dates.phrases.items():
        spaced = spaced.replace(f" {phrase} ", f" {english} ")
    return spaced.strip()
