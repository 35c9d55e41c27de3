"""What is wrong in a rule file, and where: values that are collected, never raised at the user."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file; line and column count characters from 1.

    `is_exact` says that the text which begins here stands in the file letter by letter, so that a place within
    the text can be told; it is false for a TOML string with escapes.
    """

    file: str
    line: int
    column: int = 1
    is_exact: bool = True

    def at_offset(self, text: str, offset: int) -> Place:
        """Return the place of `text[offset]` when `text` begins here; without exactness the beginning itself."""
        if not self.is_exact:
            return self
        before = text[:offset]
        last_break = before.rfind("\n")
        if last_break < 0:
            return replace(self, column=self.column + offset)
        return replace(self, line=self.line + before.count("\n"), column=offset - last_break)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, with the nearest right word or what to write instead, if there is one."""

    place: Place
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.what}" + (f"; {self.remedy}" if self.remedy else "")


def sort_faults(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Return faults in the order of their files, lines and columns."""
    return tuple(sorted(faults, key=lambda fault: (fault.place.file, fault.place.line, fault.place.column)))


def suggest_nearest(word: str, known: Iterable[str]) -> str:
    """Return the words "did you mean ...?" for the nearest of the known words, or an empty text.

    A word that is the tail of a dotted one (`amount` for `opportunity.amount`) counts as near.
    """
    words = sorted(known)
    lowered = {each.lower(): each for each in words}
    tails = {each.rpartition(".")[2].lower(): each for each in words}
    for names in (lowered, tails):
        near = get_close_matches(
            word.rpartition(".")[2].lower() if names is tails else word.lower(), names, 1, 0.6
        )
        if near:
            return f"did you mean '{names[near[0]]}'?"
    return ""
