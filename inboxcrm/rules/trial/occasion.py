"""What a replay finds: an occasion at which a rule would have fired, or of which nobody can tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


class Key(NamedTuple):
    """What makes an occasion one and the same: a rule with an event, or with a record and a due moment or date."""

    rule: str
    event_id: int | None
    subject_id: int
    due_at: datetime | None
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One occasion: what it was about, and in words what would be done; `unknown` names facts nobody can tell."""

    key: Key
    at: datetime
    subject_kind: str
    subject_id: int
    name: str
    box_id: int | None
    did: tuple[str, ...]
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of history: from a moment on and before another; ids of the first event in it and behind it."""

    since: datetime
    until: datetime
    first: int
    last: int
