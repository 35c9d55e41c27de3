"""Who is to be erased, and how he is named in texts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

ERASED = "(erased)"


@dataclass(frozen=True, slots=True)
class Person:
    """A person outside: his addresses in lower case, his contact and its name, telephone numbers.

    `phrases` are subjects and names of matters that are his own words.
    """

    addresses: tuple[str, ...]
    contact_id: int | None = None
    name: str = ""
    phones: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    merged: tuple[tuple[int, str], ...] = ()  # contacts that became part of his, with their names

    @property
    def needles(self) -> tuple[str, ...]:
        """Give what surely means him wherever it stands; a first name alone may be anybody's."""
        names = [name for name in (self.name, *(name for _, name in self.merged)) if len(name.split()) > 1]
        return tuple(dict.fromkeys((*self.addresses, *names, *self.phones)))


@dataclass(frozen=True, slots=True)
class Blanker:
    """Takes what means a person out of values."""

    pattern: re.Pattern[str]

    @classmethod
    def of(cls, person: Person) -> Blanker:
        """Make one that finds all needles and phrases of a person, in whatever case."""
        longest_first = sorted({*person.needles, *person.phrases}, key=len, reverse=True)
        return cls(re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE))

    def text(self, value: str) -> str:
        """Give a text without him."""
        return self.pattern.sub(ERASED, value)

    def value(self, value: Any) -> Any:
        """Give a plain value, of whatever depth, without him; as a key of a table, too."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.value(key): self.value(one) for key, one in value.items()}
        return [self.value(one) for one in value] if isinstance(value, list) else value

    def without(self, values: list[str]) -> list[str]:
        """Give a list without the entries that mean him."""
        return [one for one in values if not self.pattern.search(one)]
