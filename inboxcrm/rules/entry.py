"""Takes the keys of one TOML table apart and notes what is wrong with them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TypeVar

from inboxcrm.rules.fault import Fault, Place, suggest_nearest
from inboxcrm.rules.toml_places import Path, TomlPlaces

T = TypeVar("T")
_WORDS: Mapping[type, str] = {
    str: "a text",
    int: "a whole number",
    bool: "true or false",
    list: "a list",
}


class Entry:
    """One table of a rule file, with its path in the file; faults go to a list shared by the whole file."""

    def __init__(
        self, values: Mapping[str, object], path: Path, places: TomlPlaces, faults: list[Fault]
    ) -> None:
        self.values = values
        self.path = path
        self.places = places
        self.faults = faults

    @property
    def place(self) -> Place:
        """Return the place of the table's header."""
        return self.places.find_spot(self.path).key

    def place_of_value(self, key: str) -> Place:
        """Return where the text of a key's value begins."""
        return self.places.find_spot((*self.path, key)).value

    def refuse(self, key: str, what: str, remedy: str = "") -> None:
        """Note a fault at a key's value."""
        self.faults.append(Fault(self.place_of_value(key), what, remedy))

    def refuse_unknown(self, known: Collection[str], owner: str) -> None:
        """Note each key that is not known, at the key."""
        for key in self.values:
            if key not in known:
                at = self.places.find_spot((*self.path, key)).key
                missing = [each for each in known if each not in self.values]
                remedy = suggest_nearest(key, missing) or f"the keys are {', '.join(known)}"
                self.faults.append(Fault(at, f"{owner} has no key '{key}'", remedy))

    def take(self, key: str, wanted: type[T], owner: str = "") -> T | None:
        """Return a key's value, or None with a fault noted if it has the wrong type.

        A missing key is a fault if `owner`, the words for the table that needs it, is given.
        """
        value = self.values.get(key)
        if value is None:
            if owner:
                self.faults.append(Fault(self.place, f"{owner} needs the key '{key}'", f"write {key} = ..."))
            return None
        # To Python True is a whole number; to a rule it is not.
        if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
            self.refuse(key, f"'{key}' must be {_WORDS[wanted]}")
            return None
        return value

    def take_text(self, key: str, owner: str = "") -> str | None:
        """Return a text that is not empty, or None with a fault noted."""
        text = self.take(key, str, owner)
        if text is not None and not text.strip():
            self.refuse(key, f"'{key}' is empty")
            return None
        return text
