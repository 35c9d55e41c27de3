"""Reads the data file of a language: its command words, what stands behind them, and how it says dates (EM-4)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = tuple(
    "january february march april may june july august september october november december".split()  # noqa: SIM905
)
LEAST_LETTERS = 3  # of the beginning of a day's or a month's name


@dataclass(frozen=True, slots=True)
class Dates:
    """How a language says dates: each word with its English one; `fillers` say nothing: `over 2 weken`."""

    words: Mapping[str, str]
    days: tuple[str, ...]
    months: tuple[str, ...]
    short: Mapping[str, str]
    short_months: Mapping[str, str]
    phrases: Mapping[str, str]
    fillers: frozenset[str]
    hour: str

    def day(self, word: str) -> str:
        """Give the English day or word that a word means; "" if none."""
        return self.words.get(word) or self.short.get(word) or _begins(word, self.days, DAYS)

    def month(self, word: str) -> str:
        """Give the English month that a word means; "" if none."""
        bare = word.rstrip(".")
        return self.short_months.get(bare) or _begins(bare, self.months, MONTHS)


@dataclass(frozen=True, slots=True)
class Language:
    """All that is known of a language; `words`, `arguments` and `reasons` lead from its word to the English one."""

    name: str
    words: Mapping[str, str]
    arguments: Mapping[str, Mapping[str, str]]
    reasons: Mapping[str, str]
    dates: Dates


@cache
def language_of(code: str) -> Language:
    """Read the data file of a language, such as `nl`."""
    file = Path(__file__).with_name(f"{code}.toml")
    return language_in(tomllib.loads(file.read_text(encoding="utf-8")))


def reason_in(word: str, languages: Iterable[str]) -> str:
    """Give the English word of a reason why a deal is lost; the word itself if no language has it."""
    found = (language_of(one).reasons.get(word.lower()) for one in languages)
    return next((one for one in found if one), word)


def language_in(data: Mapping[str, Any]) -> Language:
    """Make a language of what its file holds."""
    return Language(
        name=data["name"],
        words=_turned(data["words"]),
        arguments=data.get("arguments", {}),
        reasons=_turned(data.get("reasons", {})),
        dates=_dates(data["dates"]),
    )


def _dates(said: Mapping[str, Any]) -> Dates:
    units = {word: f"{unit}s" for unit, words in said["units"].items() for word in words.split()}
    numbers = {word: str(at) for at, words in enumerate(said["numbers"], 1) for word in words.split()}
    plain = _turned({name: said[name] for name in ("today", "tomorrow", "yesterday", "next")})
    return Dates(
        words=units | numbers | plain,
        days=tuple(said["days"].split()),
        months=tuple(said["months"].split()),
        short=dict(zip(said["short_days"].split(), DAYS, strict=False)),
        short_months=dict(zip(said["short_months"].split(), MONTHS, strict=False)),
        phrases=said.get("phrases", {}),
        fillers=frozenset(said["fillers"].split()),
        hour=said["hour"],
    )


def _turned(table: Mapping[str, str]) -> dict[str, str]:
    """Give the English word of each foreign one."""
    return {word: english for english, words in table.items() for word in words.split()}


def _begins(start: str, names: tuple[str, ...], english: tuple[str, ...]) -> str:
    if len(start) < LEAST_LETTERS:
        return ""
    found = [place for place, name in enumerate(names) if name.startswith(start)]
    return english[found[0]] if len(found) == 1 else ""
