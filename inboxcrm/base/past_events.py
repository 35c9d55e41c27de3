"""The event table read as history: in the order in which things happened, a part at a time; memory stays flat."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from inboxcrm.base.among import among
from inboxcrm.base.records import Event

AT_ONCE = 4000
_COLUMNS = (
    Event.id,
    Event.kind,
    Event.subject_kind,
    Event.subject_id,
    Event.box_id,
    Event.at,
    Event.actor,
    Event.cause_id,
    Event.depth,
    Event.payload,
)
# Planners must go by the row's place or its box, never by the index of kinds: most rows are of a few kinds.
_KIND = func.coalesce(Event.kind, "")
_IS_RULE = Event.actor.startswith("rule:", autoescape=True)


class PastEvent(NamedTuple):
    """An event as plain values."""

    id: int
    kind: str
    subject_kind: str
    subject_id: int
    box_id: int | None
    at: datetime
    actor: str
    cause_id: int | None
    depth: int
    payload: dict[str, Any]


class Reaction(NamedTuple):
    """When an event was reacted to, and the first event that a rule made of it, if one did."""

    at: datetime
    first_of_rules: int | None


def event_by_id(session: Session, event_id: int) -> PastEvent | None:
    """Give one event."""
    row = session.execute(select(*_COLUMNS).where(Event.id == event_id)).one_or_none()
    return PastEvent(*row) if row else None


def first_event_since(session: Session, at: datetime) -> int:
    """Give the id of the first event at or after a moment; beyond the last one if there is none."""
    found = session.scalar(select(func.min(Event.id)).where(Event.at >= at))
    return int(found) if found else end_of_events(session)


def end_of_events(session: Session) -> int:
    """Give the id behind the last event."""
    return (session.scalar(select(func.max(Event.id))) or 0) + 1


def first_of_rule(session: Session, rule: str, at: datetime, near: int) -> int:
    """Give the first event that a rule made in the transaction in which it made this one, at the same moment."""
    query = select(func.min(Event.id)).where(
        Event.id > near - AT_ONCE, Event.id <= near, Event.at == at, Event.actor == f"rule:{rule}"
    )
    return session.scalar(query) or near


def events_of_rule(session: Session, rule: str, at: datetime, first: int, last: int) -> list[PastEvent]:
    """Give what a rule made at a moment, between two events, both included."""
    query = select(*_COLUMNS).where(
        Event.id >= first, Event.id <= last, Event.at == at, Event.actor == f"rule:{rule}"
    )
    return [PastEvent(*row) for row in session.execute(query.order_by(Event.id))]


def events_between(
    session: Session, kinds: Collection[str], first: int, last: int
) -> Iterator[list[PastEvent]]:
    """Give the events of these kinds from one id on and before another, oldest first, some at a time."""
    for start in range(first, last, AT_ONCE):
        query = select(*_COLUMNS).where(Event.id >= start, Event.id < min(start + AT_ONCE, last))
        found = session.execute(query.where(_KIND.in_(sorted(kinds))).order_by(Event.id))
        if rows := [PastEvent(*row) for row in found]:
            yield rows


def reactions_since(session: Session, first: int, apart: Collection[str] = ()) -> dict[int, Reaction]:
    """Give by event when it was reacted to, of those from an id on of which something came.

    What the rules of `apart` did counts not: they wait after an event, and do something long after it.
    """
    of_rules = func.min(case((_IS_RULE, Event.id)))
    query = select(Event.cause_id, func.min(Event.at), of_rules).where(
        Event.id >= first,
        Event.cause_id.is_not(None),
        Event.cause_id >= first,
        Event.actor.not_in([f"rule:{rule}" for rule in sorted(apart)]),
    )
    found = session.execute(query.group_by(Event.cause_id))
    return {cause: Reaction(at, number) for cause, at, number in found}


def sweeps_since(session: Session, first: int) -> dict[str, list[tuple[datetime, int]]]:
    """Give by scheduled rule when it did something, and the first event of each of these sweeps, oldest first."""
    query = select(Event.actor, Event.at, func.min(Event.id)).where(
        Event.id >= first, Event.cause_id.is_(None), _IS_RULE
    )
    found: dict[str, list[tuple[datetime, int]]] = {}
    for actor, at, number in session.execute(query.group_by(Event.actor, Event.at).order_by(Event.at)):
        found.setdefault(actor.removeprefix("rule:"), []).append((at, number))
    return found


def history_of_boxes(session: Session, boxes: Iterable[int], kinds: Collection[str]) -> list[PastEvent]:
    """Give all events of these kinds on these boxes, oldest first."""
    return _history(session, among(session, Event.box_id, boxes), kinds)


def history_of_subjects(
    session: Session, kind: str, numbers: Iterable[int], kinds: Collection[str]
) -> list[PastEvent]:
    """Give all events of these kinds about these records, oldest first."""
    about = (Event.subject_kind == kind) & among(session, Event.subject_id, numbers)
    return _history(session, about, kinds)


def _history(session: Session, where: Any, kinds: Collection[str]) -> list[PastEvent]:
    query = select(*_COLUMNS).where(where, _KIND.in_(sorted(kinds))).order_by(Event.id)
    return [PastEvent(*row) for row in session.execute(query)]
