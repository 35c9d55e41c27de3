"""A rule as its file says it, read and checked; and the shapes of the actions that it may name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from inboxcrm.rules.fault import Fault, Place
from inboxcrm.rules.language.condition import Condition
from inboxcrm.rules.moment import Moment
from inboxcrm.rules.schedule import Schedule


class ArgumentType(StrEnum):
    """What an action's key holds; the value is how a fault names it."""

    WORD = "a text"
    TEXT = "a text with {{ facts }}"
    INT = "a whole number"
    BOOL = "true or false"
    DURATION = "a duration such as '7 days'"
    WORDS = "a list of texts"


@dataclass(frozen=True, slots=True)
class Argument:
    """One key of an action: its type, and the only values of a word if they are a fixed few."""

    type: ArgumentType
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ActionShape:
    """The keys that an action takes besides `action`."""

    required: Mapping[str, Argument] = field(default_factory=dict)
    optional: Mapping[str, Argument] = field(default_factory=dict)
    doc: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """One step of a rule: its name and its keys, a duration as timedelta, a list of texts as tuple.

    `places` says where the value of each key begins.
    """

    name: str
    arguments: Mapping[str, object]
    place: Place
    places: Mapping[str, Place] = field(default_factory=dict)
    wait: Moment | None = None  # so long after the step before it (EM-8)


@dataclass(frozen=True, slots=True)
class Stage:
    """The steps of a sequence that come together, and how long after those before them."""

    wait: Moment | None
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. One of `on` (a kind of event), `schedule` and `moment` is set; `again` goes with a schedule.

    `kind` is the kind of record whose facts the condition sees. `file_version` is the version of its file (RN-8).
    """

    id: str
    version: int
    row: str
    why: str
    on: str | None
    schedule: Schedule | None
    kind: str
    condition: Condition
    actions: tuple[Action, ...]
    again: timedelta | None
    catch_up: bool
    file_version: str
    place: Place
    moment: Moment | None = None
    until: Condition | None = None  # what ends a sequence
    pause: timedelta | None = None  # of a sequence, for an automatic answer that names no day

    @property
    def is_sequence(self) -> bool:
        """Tell whether a step of it waits."""
        return any(action.wait for action in self.actions)

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Give its steps, those together that come together."""
        starts = [at for at, action in enumerate(self.actions) if at == 0 or action.wait]
        ends = [*starts[1:], len(self.actions)]
        pairs = zip(starts, ends, strict=True)
        return tuple(Stage(self.actions[start].wait, self.actions[start:end]) for start, end in pairs)

    @property
    def listens_to(self) -> str | None:
        """Give the kind of event at which it fires, or after which it waits."""
        return self.moment.event or None if self.moment else self.on

    @property
    def is_by_date(self) -> bool:
        """Tell whether it is due so long before or after a day or time of its record."""
        return self.moment is not None and not self.moment.event


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All rules of a folder that are right, and all faults. A set with faults is not to be put in force."""

    rules: tuple[Rule, ...]
    faults: tuple[Fault, ...]
