"""Texts of letters that rules send: `subject.txt` and `body.txt` of a letter, in one folder a language.

They lie in `letters/<letter>/<language>/` beside the rule files, else in `templates/mail/<letter>/<language>/` of the
program. They see the facts of the rule's record, and `sender`, `company`, `contact_name` and `language`. Only these
two folders are read (V13).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from inboxcrm.outbox.render import FOLDER as SHIPPED
from inboxcrm.outbox.render import LetterUnwritable, names_in, render_words
from inboxcrm.rules.fault import suggest_nearest
from inboxcrm.rules.ground import Ground, Wrong, unknown

if TYPE_CHECKING:
    from inboxcrm.rules.language.facts import FactTable

OWN = "letters"
FURTHER = (
    "sender",
    "company",
    "contact_name",
    "language",
)  # what a letter sees besides the facts of its record
SUBJECT, BODY = "subject.txt", "body.txt"
LONGEST_SUBJECT = 200
MOST_BYTES = 100_000
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_LANGUAGE = re.compile(r"[a-z]{2}")


@dataclass(frozen=True, slots=True)
class LetterText:
    """The texts of a letter in one language; `place` is how a fault names its folder."""

    name: str
    language: str
    subject: str
    body: str
    place: str


def letter_texts(folder: Path, name: str) -> dict[str, LetterText]:
    """Give the texts of a letter by language; empty if there is no such letter."""
    for home, told in ((folder / OWN, OWN), (SHIPPED, "templates/mail")):
        if _NAME.fullmatch(name) and (found := _texts_in(home, name, told)):
            return found
    return {}


def letter_names(folder: Path) -> list[str]:
    """Name all letters that there are."""
    homes = [home for home in (folder / OWN, SHIPPED) if home.is_dir()]
    named = {one.name for home in homes for one in home.iterdir() if one.is_dir()}
    return sorted(name for name in named if letter_texts(folder, name))


def _texts_in(home: Path, name: str, told: str) -> dict[str, LetterText]:
    if not (home / name).is_dir() or not (home / name).resolve().is_relative_to(home.resolve()):
        return {}
    found = {}
    for place in sorted((home / name).iterdir()):
        subject, body = (_read(home, place / file) for file in (SUBJECT, BODY))
        if _LANGUAGE.fullmatch(place.name) and subject is not None and body is not None:
            found[place.name] = LetterText(name, place.name, subject, body, f"{told}/{name}/{place.name}")
    return found


def _read(home: Path, file: Path) -> str | None:
    """Give a file's text; what leads out of its folder, is no UTF-8 or far too long is not read (V13)."""
    if not file.is_file() or not file.resolve().is_relative_to(home.resolve()):
        return None
    try:
        with file.open("rb") as stream:
            return stream.read(MOST_BYTES).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None


def check_letter(ground: Ground, name: str, key: str = "letter") -> list[Wrong]:
    """Find what is wrong with a letter when its rule is read: it is not there, or names a fact that there is not."""
    texts = letter_texts(ground.folder, name)
    if not texts:
        return unknown(key, name, letter_names(ground.folder), "letter") or [
            Wrong(key, f"the letter '{name}' has no {SUBJECT} and {BODY} in the folder of any language")
        ]
    return [
        Wrong(key, f"{text.place}/{file}{what}", remedy)
        for text in texts.values()
        for file, source in ((SUBJECT, text.subject), (BODY, text.body))
        for what, remedy in _wrong_names(f"{text.place}/{file}", source, ground.table)
    ]


def _wrong_names(place: str, source: str, table: FactTable) -> Iterator[tuple[str, str]]:
    known = {*table.facts, *FURTHER, table.kind, *(f"{table.kind}.{name}" for name in table.facts)}
    try:
        named = names_in(place, source)
    except LetterUnwritable as error:
        yield f": {error}", ""
        return
    for name, line in named:
        if name not in known and not _is_part_of_unknown(name, known):
            yield f":{line}: '{table.kind}' has no fact '{name}'", suggest_nearest(name, known)


def _is_part_of_unknown(name: str, known: Collection[str]) -> bool:
    """Tell whether a dotted name begins with one that is told already."""
    first, dot, _ = name.partition(".")
    return bool(dot) and first not in known


def write_text(text: LetterText, facts: Mapping[str, object], kind: str) -> tuple[str, str]:
    """Give subject and body with the facts in them, which may be named with their kind. Raises LetterUnwritable."""
    values = {**facts, kind: dict(facts)}
    subject = " ".join(render_words(f"{text.place}/{SUBJECT}", text.subject, values).split())
    return subject[:LONGEST_SUBJECT], render_words(f"{text.place}/{BODY}", text.body, values)
