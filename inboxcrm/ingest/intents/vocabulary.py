"""The phrases of all languages, read once from `words/*.toml`, and looked up by the words of a sentence."""

from __future__ import annotations

import tomllib
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from inboxcrm.ingest.intents.frames import Classes, read_classes, read_frames
from inboxcrm.ingest.intents.phrases import (
    Phrase,
    compile_phrase,
    compile_veto,
    compiled,
    number_pattern,
)
from inboxcrm.ingest.intents.sentences import ACCENTS, WORD, Sentence
from inboxcrm.ingest.intents.spelling import typed_plainly
from inboxcrm.ingest.intents.wordindex import WordIndex

HERE = Path(__file__).parent / "words"
FRAMES = "frames"  # the file of what holds in all languages
VETOES = ("not_clause", "not_sentence", "not_mail", "doubt_sentence", "doubt_mail", "polite")


@dataclass(frozen=True, slots=True)
class Entry:
    """A phrase of one intent in one language; a weak one alone makes no sure intent."""

    language: str
    intent: str
    is_strong: bool
    phrase: Phrase


@dataclass(frozen=True, slots=True)
class Language:
    """What a language brings besides its phrases: vetoes by intent and scope, small words, numbers, dates."""

    name: str
    small_words: frozenset[str]
    vetoes: dict[tuple[str, str], str]
    numbers: dict[str, int]
    dates: dict[str, Any]
    harmless: dict[str, frozenset[str]]
    classes: Classes
    typed_plainly: dict[str, str]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All languages, and their phrases by the words that must occur."""

    languages: dict[str, Language]
    entries: WordIndex[Entry]

    def denies(self, language: str, intent: str, scope: str, text: str) -> bool:
        """Tell whether a veto of this scope stands in a text."""
        veto = self.languages[language].vetoes.get((intent, scope))
        return bool(veto and compiled(veto).search(text))

    def entries_for(self, sentence: Sentence, spoken: Container[str]) -> Iterator[Entry]:
        """Give the phrases of these languages that may occur in a sentence, by its words; some of them twice."""
        for word in sentence.tokens:
            for entry in self.entries.found_by(word):
                if entry.language in spoken and entry.phrase.may_stand_among(sentence.tokens):
                    yield entry


@cache
def read_vocabulary() -> Vocabulary:
    """Read the files of all languages."""
    whole = Vocabulary({}, WordIndex())
    files = {path.stem: _read_file(path) for path in sorted(HERE.glob("*.toml"))}
    frames = [frame for intent, rules in files.pop(FRAMES).items() for frame in read_frames(intent, rules)]
    for name, data in files.items():
        _read_language(whole, name, data)
        whole.languages[name].classes.add_frames(frames)
    return whole


def _read_file(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8").translate(ACCENTS))


def _read_language(whole: Vocabulary, name: str, data: dict[str, Any]) -> None:
    lists = {key: _split(value) for key, value in data["lists"].items()}
    own = data.get("own_words", "").split()
    typed = typed_plainly(WORD.findall(str(data).replace("\\n", " ")), own) if own else {}
    groups = {f"@{key}": _split(value) for key, value in data["groups"].items()}
    number = number_pattern(data["numbers"])
    vetoes: dict[tuple[str, str], str] = {}
    for intent, rules in data["intents"].items():
        spelled = intent.replace("_", " ")
        for key in VETOES:
            sources = [s for one in _split(rules.get(key, "")) for s in groups.get(one, [one])]
            vetoes[spelled, key] = compile_veto(sources, lists, number)
        for key in ("strong", "weak"):
            for source in _split(rules.get(key, "")):
                phrase = compile_phrase(source, lists, number)
                whole.entries.add(phrase, Entry(name, spelled, key == "strong", phrase))
    whole.languages[name] = Language(
        name,
        frozenset(data["small_words"].split()),
        vetoes,
        data["numbers"],
        data.get("dates", {}),
        _harmless(data["intents"]),
        read_classes({key: _split(value) for key, value in data.get("classes", {}).items()}, lists, number),
        typed,
    )


def _harmless(intents: dict[str, Any]) -> dict[str, frozenset[str]]:
    """The words that may stand beside a yes or a no without making it unsure."""
    yes = frozenset(intents["acceptance"]["harmless"].split())
    return {"acceptance": yes, "rejection": yes | frozenset(intents["rejection"].get("harmless", "").split())}


def _split(value: str) -> list[str]:
    """One phrase a line or between semicolons; what follows -- in a line is a comment."""
    lines = (line.partition("--")[0] for line in value.splitlines())
    return [one.strip() for line in lines for one in line.split(";") if one.strip()]
