"""Some hundred rows of one kind in one transaction: which are here already, what they name, what became of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from inboxcrm.base.store import draw_id, insert_rows
from inboxcrm.base.work import Work
from inboxcrm.crm.importing.records import Imported
from inboxcrm.crm.importing.rows import Entry, Outcome
from inboxcrm.crm.importing.store import still_here, targets_of

FIELD_OF = {"company": "company_key", "contact": "contact_key", "deal": "deal_key"}
TARGET_WORDS = {
    "company": "organization",
    "contact": "contact",
    "deal": "deal",
    "note": "note",
    "activity": "note",
}
_ADDRESS_OF = {"contact": "address"}
WAS_ERASED = "nothing: the person with this address was erased, and does not come back by an import"


def _addresses(entry: Entry) -> list[str]:
    return [*entry.values.get("addresses", ()), *filter(None, [entry.values.get("contact_address")])]


@dataclass(slots=True)
class Batch:
    """Rows on their way into the tables."""

    work: Work
    source: str
    kind: str
    entries: list[Entry]
    erased: Callable[[Work, set[str]], set[str]]  # those of addresses whose owners were erased
    told: list[Outcome] = field(default_factory=list)
    _keys: list[dict[str, Any]] = field(default_factory=list)

    def new_entries(self) -> list[Entry]:
        """Give the rows whose key was not taken in before, each key once; nobody who was erased."""
        known = targets_of(self.work.session, self.source, self.kind, {one.key for one in self.entries})
        addresses = {address for one in self.entries for address in _addresses(one)}
        erased = self.erased(self.work, addresses) if addresses else set()
        new = dict[str, Entry]()
        for entry in self.entries:
            if gone := [one for one in _addresses(entry) if one in erased]:
                self.skip(entry, _ADDRESS_OF.get(self.kind, "contact_address"), gone[0], WAS_ERASED)
            elif entry.key in known:
                self._tell(entry, "known", known[entry.key])
            elif entry.key in new:
                right = f"a key of its own: row {new[entry.key].number} has the same one"
                self.skip(entry, "key", entry.key, right)
            else:
                new[entry.key] = entry
        return list(new.values())

    def linked(self, entries: Iterable[Entry], kind: str) -> dict[str, int]:
        """Give the records that these rows name by their keys in the old system."""
        wanted = {key for one in entries if (key := one.values.get(FIELD_OF[kind]))}
        found = targets_of(self.work.session, self.source, kind, wanted)
        here = still_here(self.work.session, kind, found.values())  # a person may have been erased since
        return {key: target for key, target in found.items() if target in here}

    def is_whole(self, entry: Entry, kind: str, linked: dict[str, int]) -> bool:
        """Tell whether what a row names is here; one whose company or person is missing is left out, and told."""
        key = entry.values.get(FIELD_OF[kind])
        if key and key not in linked:
            what = f"the key of a {kind} of {self.source} that was taken in and is still here"
            right = f"{what}; take in the file of those first"
            self.skip(entry, FIELD_OF[kind], str(key), right)
            return False
        return True

    def skip(self, entry: Entry, name: str, value: str, right: str) -> None:
        """Leave a row out."""
        self.told.append(
            Outcome(entry.number, entry.line, entry.key, "skipped", "", name, value[:200], right)
        )

    def keep(self, entry: Entry, what: str, target_id: int) -> None:
        """Note what a row became."""
        row_id = draw_id(self.work.session, Imported.__table__)
        self._keys.append(
            {
                "id": row_id,
                "source": self.source,
                "kind": self.kind,
                "key": entry.key,
                "target_id": target_id,
                "at": self.work.now,
            }
        )
        self._tell(entry, what, target_id)

    def write_keys(self) -> None:
        """Write the keys of what was taken in."""
        insert_rows(self.work.session, Imported.__table__, self._keys)

    def _tell(self, entry: Entry, what: str, target_id: int) -> None:
        target = f"{TARGET_WORDS[self.kind]} {target_id}"
        self.told.append(Outcome(entry.number, entry.line, entry.key, what, target))
