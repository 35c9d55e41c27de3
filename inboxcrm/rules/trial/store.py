"""Questions of the trials to the tables of the rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from inboxcrm.base.past_events import history_of_boxes
from inboxcrm.rules import events
from inboxcrm.rules.records import Firing
from inboxcrm.rules.sequences.stepping import STEP

_COLUMNS = (
    Firing.key,
    Firing.rule,
    Firing.version,
    Firing.subject_kind,
    Firing.subject_id,
    Firing.event_id,
    Firing.at,
    Firing.outcome,
)
REFUSED = "refused:"


@dataclass(frozen=True, slots=True)
class Fired:
    """One carrying-out of a rule, as it was kept."""

    key: str
    rule: str
    version: str
    subject_kind: str
    subject_id: int
    event_id: int | None
    at: datetime
    outcome: str


@dataclass(frozen=True, slots=True)
class Hits:
    """How often a rule has fired, of these lately, how often it could not, and when it last did."""

    total: int = 0
    lately: int = 0
    refused: int = 0
    last_at: datetime | None = None


def firings_since(session: Session, since: datetime, rule: str = "") -> Iterator[Fired]:
    """Give what has fired from a moment on, oldest first."""
    is_meant = (Firing.at >= since, ~Firing.key.contains(STEP))  # later steps of sequences are no occasions
    query = select(*_COLUMNS).where(*is_meant).order_by(Firing.at, Firing.key)
    if rule:
        query = query.where(Firing.rule == rule)
    for row in session.execute(query.execution_options(yield_per=2000)):
        yield Fired(*row)


def last_firings_before(session: Session, rule: str, before: datetime) -> dict[int, datetime]:
    """Give by record when a rule last fired for it before a moment."""
    is_meant = (Firing.rule == rule, Firing.at < before, ~Firing.key.contains(STEP))
    query = select(Firing.subject_id, func.max(Firing.at)).where(*is_meant)
    return {row[0]: row[1] for row in session.execute(query.group_by(Firing.subject_id))}


def firing_called(session: Session, key: str) -> Fired | None:
    """Give the firing of a key."""
    row = session.execute(select(*_COLUMNS).where(Firing.key == key)).one_or_none()
    return Fired(*row) if row else None


def firings_of_box(session: Session, box_id: int) -> list[Fired]:
    """Give what has fired about a box and all that lies on it, oldest first."""
    told = history_of_boxes(session, [box_id], (events.RULE_FIRED, events.RULE_REFUSED))
    return firings_about(session, sorted({(one.subject_kind, one.subject_id) for one in told}))


def firings_about(session: Session, records: list[tuple[str, int]]) -> list[Fired]:
    """Give what has fired about these records, oldest first."""
    found = []
    for kind in sorted({kind for kind, _ in records}):
        numbers = [number for each, number in records if each == kind]
        query = select(*_COLUMNS).where(Firing.subject_kind == kind, Firing.subject_id.in_(numbers))
        found += [Fired(*row) for row in session.execute(query)]
    return sorted(found, key=lambda one: (one.at, one.key))


def hits_by_rule(session: Session, lately_since: datetime) -> dict[str, Hits]:
    """Give by rule how often it has fired."""
    is_refused = Firing.outcome.startswith(REFUSED)
    query = select(
        Firing.rule,
        func.count(),
        func.sum(case((Firing.at >= lately_since, 1), else_=0)),
        func.sum(case((is_refused, 1), else_=0)),
        func.max(Firing.at),
    ).group_by(Firing.rule)
    return {
        rule: Hits(int(total), int(lately), int(refused), last)
        for rule, total, lately, refused, last in session.execute(query)
    }


def firings_of_rule(session: Session, rule: str, most: int) -> list[Fired]:
    """Give the last firings of a rule, oldest first."""
    query = select(*_COLUMNS).where(Firing.rule == rule).order_by(Firing.at.desc(), Firing.key).limit(most)
    return [Fired(*row) for row in session.execute(query)][::-1]
