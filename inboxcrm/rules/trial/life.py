"""One record through time: each of its facts as it was at a boundary between what had happened and what had not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from inboxcrm.base.past_events import PastEvent
from inboxcrm.crm.past.store import NextAction, Touch
from inboxcrm.rules.trial.past import UNKNOWN, UNTOLD, How, Past
from inboxcrm.rules.trial.told import Change, TableRow


@dataclass(frozen=True, slots=True)
class Boundary:
    """A place in history: at a moment; before an event (`first`), or as the reaction to an event (`cause`) saw it.

    Ids tell more than times, as whoever waits for the database takes his time before it is his turn.
    """

    at: datetime
    first: int | None = None
    cause: int | None = None
    own: str = ""  # whoever acted at this very moment because of what he saw

    def has_seen(self, event: PastEvent) -> bool:
        """Tell whether an event had happened."""
        if self.first is not None:
            return event.id < self.first
        if self.own and event.at == self.at and event.actor == self.own:
            return False
        if self.cause is None or event.id <= self.cause:
            return event.at <= self.at
        if event.cause_id == self.cause:
            return not event.actor.startswith("rule:")
        return event.at <= self.at and (event.cause_id is None or event.cause_id < self.cause)


@dataclass(slots=True)
class Life:
    """A record as it is now, and what is known of how it came to be so."""

    id: int
    present: Mapping[str, Any]
    pasts: Mapping[str, Past]
    rows: Mapping[str, TableRow]
    changes: Mapping[tuple[TableRow, str], list[Change]]
    touches: list[Touch] = field(default_factory=list)
    actions: list[NextAction] = field(default_factory=list)
    moments: list[datetime] = field(default_factory=list)  # at which something changed, in order

    def was_there(self, boundary: Boundary) -> bool:
        """Tell whether the record had been made."""
        since = self.present.get("#since_at")
        return since is None or since <= boundary.at

    def facts_at(self, names: Iterable[str], boundary: Boundary) -> tuple[dict[str, Any], frozenset[str]]:
        """Give facts as they were, and the names of those that nobody can tell; these are as they are today."""
        found: dict[str, Any] = {}
        facts = {name: self._value(name, boundary, found) for name in names}
        unknown = frozenset(name for name, value in facts.items() if value is UNKNOWN)
        for name in unknown:
            facts[name] = self.present[name]
        return facts, unknown

    def _value(self, name: str, boundary: Boundary, found: dict[str, Any]) -> Any:
        if name not in found:
            found[name] = self._make(self.pasts[name], name, boundary, found)
        return found[name]

    def _make(self, past: Past, name: str, boundary: Boundary, found: dict[str, Any]) -> Any:
        match past.how:
            case How.FIXED:
                return self.present[name]
            case How.TOLD:
                return self._told(past, name, boundary, found)
            case How.MADE if past.make:
                parts = [self._value(part, boundary, found) for part in past.of]
                return UNKNOWN if any(part is UNKNOWN for part in parts) else past.make(*parts)
            case How.TOUCHED:
                return self._touched(name, past.of[0], boundary)
            case How.TAGGED:
                return self._tags(name, boundary)
            case How.NEXT_ACTION:
                return self._next_action(boundary)
        return UNKNOWN

    def _told(self, past: Past, name: str, boundary: Boundary, found: dict[str, Any]) -> Any:
        """Take back what has changed since; what was read of an event is brought to the fact's type."""
        if past.person:
            person = self._value(past.person, boundary, found)
            if person is None:
                return "" if name == "name" else None
            if person != self.present[past.person]:
                return UNKNOWN
        table, _, column = past.of[0].partition(".")
        row = self.rows.get(table)
        changes = self.changes.get((row, column), []) if row else []
        since = [one for one in changes if not boundary.has_seen(one.event)]
        if not since:
            return self._as_today(past, name, changes)
        value = _before(since)
        if value is UNTOLD:
            before = [one.new for one in changes[: -len(since)] if one.new is not UNTOLD]
            value = before[-1] if before else self._initial(past)
        if value is UNKNOWN or past.read is None:
            return value
        return past.read(value)

    def _initial(self, past: Past) -> Any:
        """Give what it was to begin with; the name of another fact stands for what that one is."""
        initial = past.initial
        return self.present[initial] if isinstance(initial, str) and initial in self.present else initial

    def _as_today(self, past: Past, name: str, changes: list[Change]) -> Any:
        """Give today's value, if no silent change may lie between."""
        told = [one.new for one in changes if one.new is not UNTOLD]
        if past.is_checked and told and told[-1] != self.present[name]:
            return UNKNOWN
        return self.present[name]

    def _tags(self, name: str, boundary: Boundary) -> Any:
        """Take off what was put on since, and put on what was taken off; what a merge brought along is not told."""
        box, found = self.rows.get("box"), set(self.present[name])
        if box is None or any(not boundary.has_seen(one.event) for one in self.changes.get((box, "*"), [])):
            return UNKNOWN
        since = [one for one in self.changes.get((box, name), []) if not boundary.has_seen(one.event)]
        for one in reversed(since):
            found = (found - {one.new}) | ({one.old} if one.old is not None else set())
        return tuple(sorted(found))

    def _touched(self, name: str, direction: str, boundary: Boundary) -> Any:
        """Give the newest mail or call of which we knew; only where all of them together make today's value."""
        box = self.rows.get("box")
        merged = self.changes.get((box, "*"), []) if box else []
        if any(not boundary.has_seen(one.event) for one in merged):
            return UNKNOWN  # what came in on the other box lies here now
        wanted = [one for one in self.touches if not direction or one.direction == direction]
        base = [] if direction else [self.present["#opened_at"]]
        if max([*base, *(one.at for one in wanted)], default=None) != self.present[name]:
            return UNKNOWN
        known = max([*base, *(one.at for one in wanted if one.known_at <= boundary.at)], default=None)
        unsure = [
            one.at for one in self.touches if one.direction == "unsure" and one.known_at <= boundary.at
        ]
        if direction == "outbound" and unsure and (known is None or max(unsure) > known):
            return UNKNOWN
        return known

    def _next_action(self, boundary: Boundary) -> Any:
        """Give the text of the task that was open, as it was worded then; "" if there was none."""
        at = boundary.at
        were_open = [
            one for one in self.actions if one.from_at <= at and (one.until_at is None or one.until_at > at)
        ]
        if not were_open:
            return ""
        task = were_open[-1]
        changes = self.changes.get((("task", task.task_id), "text"), [])
        return next((one.old for one in changes if not boundary.has_seen(one.event)), task.text)


def _before(since: list[Change]) -> Any:
    """Give what the first change has replaced, UNTOLD if it does not say so; any of its transaction may say it."""
    first = since[0].event.at
    return next((one.old for one in since if one.event.at == first and one.old is not UNTOLD), UNTOLD)
