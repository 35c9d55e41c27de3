"""What a team's languages make of a command line: the English one, which alone is carried out (EM-4).

A word that is none of these languages' stays as it is; free text behind a colon always does.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from inboxcrm.base.errors import ConfigError
from inboxcrm.base.settings_commands import LANGUAGES, Commands
from inboxcrm.commands.tongues.reading import Language, language_of

PLACE = "config.toml: [commands]"
OWN = "config.toml"
# An address, or a name, is never read as words of a language.
FIRST_ALONE = ("invoice",)
_HEAD = re.compile(
    r"^(?P<number>\d{1,3}[.):]?[ \t]+)?(?P<word>[^\W\d_](?:[^\W\d_]|-){0,30})(?P<end>[.!:]?)(?P<rest>[ \t].*)?$"
)
_WORD = re.compile(r"[^\s,]+")


class WordClaimed(ConfigError):
    """One word is said to mean two commands; names both, and whose they are."""

    def __init__(self, word: str, first: str, owner: str, second: str, other: str) -> None:
        super().__init__(
            f"{PLACE}: {word!r} means {first!r} in {owner} and {second!r} in {other};"
            " leave out one of the languages, or the word of your own"
        )


class CommandUnknown(ConfigError):
    """A word of the team's own is to mean a command that there is not; names the nearest."""

    def __init__(self, word: str, command: str, english: Collection[str]) -> None:
        near = get_close_matches(command, list(english), n=1)
        hint = f"did you mean {near[0]!r}?" if near else "`help` lists them"
        super().__init__(f"{PLACE} words: {word!r}: there is no command {command!r}; {hint}")


@dataclass(frozen=True, slots=True)
class Tongue:
    """The words of a team's languages, each with its English one."""

    words: Mapping[str, str]
    arguments: Mapping[str, Mapping[str, str]]

    def line(self, text: str) -> str:
        """Give a command line with English words: `verloren prijs` as `lost prijs`."""
        head = _HEAD.match(text) if self.words else None
        if head is None:
            return text
        said = head["word"].lower()
        command = self.words.get(said, said)
        rest = self._rest(command, head["rest"] or "") if not head["end"] else head["rest"] or ""
        if command == said and rest == (head["rest"] or ""):
            return text
        return f"{head['number'] or ''}{command}{head['end']}{rest}"

    def _rest(self, command: str, rest: str) -> str:
        known = self.arguments.get(command)
        if not known:
            return rest
        said, colon, free = rest.partition(":")
        most = 1 if command in FIRST_ALONE else 0
        return _WORD.sub(lambda one: known.get(one[0].lower(), one[0]), said, count=most) + colon + free


ENGLISH = Tongue({}, {})


@cache
def _tongue_of(
    languages: tuple[str, ...], own: tuple[tuple[str, str], ...], english: frozenset[str]
) -> Tongue:
    return tongue_in([language_of(one) for one in languages], dict(own), english)


def tongue_of(said: Commands, english: Collection[str]) -> Tongue:
    """Give what a team's settings make of words. Raises WordClaimed or CommandUnknown."""
    if not (said.languages or said.words):
        return ENGLISH
    return _tongue_of(said.languages, tuple(said.own.items()), frozenset(english))


def tongue_in(languages: list[Language], own: Mapping[str, str], english: Collection[str]) -> Tongue:
    """Put languages and a team's own words together. Raises WordClaimed or CommandUnknown."""
    words = {one: (one, "English") for one in english}
    for name, table in [*((one.name, one.words) for one in languages), (OWN, own)]:
        for word, command in table.items():
            said = word.lower()
            if command not in english:
                raise CommandUnknown(word, command, english)
            known, owner = words.setdefault(said, (command, name))
            if known != command:
                raise WordClaimed(said, known, owner, command, name)
    arguments: dict[str, dict[str, str]] = {}
    for language in languages:
        for command, table in language.arguments.items():
            arguments.setdefault(command, {}).update(table)
    foreign = {word: command for word, (command, owner) in words.items() if owner != "English"}
    return Tongue(foreign, arguments)


@cache
def meant_elsewhere(word: str) -> str:
    """Give the command that a word is in one of all languages that we know; "" if it is none, or several."""
    found = {language_of(one).words.get(word.lower(), "") for one in LANGUAGES} - {""}
    return found.pop() if len(found) == 1 else ""
