"""Questions of a sweep to the tables of rules: which episodes begin, end, and are due again; who serves which rule."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from inboxcrm.base.among import among
from inboxcrm.base.store import insert_or_ignore
from inboxcrm.rules.finding import select_ids
from inboxcrm.rules.records import Episode, Sweep

SILENT = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Served:
    """How far a rule was run, and whether what held when it came into force is still being listed."""

    served_at: datetime
    is_listing: bool


def all_served(session: Session) -> dict[str, Served]:
    """Give how far each rule was run that is looked at by the clock."""
    query = select(Sweep.rule, Sweep.served_at, Sweep.is_listing)
    return {rule: Served(served_at, is_listing) for rule, served_at, is_listing in session.execute(query)}


def begin_sweeps(session: Session, rules: Collection[str], now: datetime) -> None:
    """Note rules that come into force; those that are known stay as they are."""
    rows = [{"rule": rule, "served_at": now, "is_listing": True} for rule in sorted(rules)]
    insert_or_ignore(session, Sweep.__table__, rows)


def lock_sweep(session: Session, rule: str) -> Sweep:
    """Give a rule's sweep for this transaction alone."""
    return session.get_one(Sweep, rule, with_for_update=True, populate_existing=True)


def mark_served(session: Session, served: Mapping[str, datetime]) -> None:
    """Note up to which moment rules were served; none goes back. Rows are locked in their order, so none waits long."""
    chosen = (
        select(Sweep.rule).where(among(session, Sweep.rule, served)).order_by(Sweep.rule).with_for_update()
    )
    session.execute(chosen).all()
    moments: dict[datetime, list[str]] = {}
    for rule, at in served.items():
        moments.setdefault(at, []).append(rule)
    for at, rules in moments.items():
        query = update(Sweep).where(among(session, Sweep.rule, rules), Sweep.served_at < at)
        session.execute(query.values(served_at=at), execution_options=SILENT)


def matching(session: Session, kind: str, where: ColumnElement[bool]) -> set[int]:
    """Give the records for which a condition holds.

    Which of them have an episode is no part of the question: PostgreSQL reads all records for it then.
    """
    return set(session.connection().scalars(select_ids(kind, where)))


def due_again(session: Session, rule: str, fired_until: datetime) -> list[int]:
    """Give the records with an open episode that fired last not after a moment."""
    query = select(Episode.subject_id).where(Episode.rule == rule, Episode.fired_at <= fired_until)
    return sorted(session.scalars(query))


def open_episodes(session: Session, rule: str) -> set[int]:
    """Give the records of which a rule has an open episode."""
    return set(session.connection().scalars(select(Episode.subject_id).where(Episode.rule == rule)))


def fired_in_episode(session: Session, rule: str, record_ids: Iterable[int]) -> dict[int, datetime | None]:
    """Give those of these records that have an open episode, with when it fired last."""
    query = select(Episode.subject_id, Episode.fired_at).where(
        Episode.rule == rule, among(session, Episode.subject_id, record_ids)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def open_anew(
    session: Session, rule: str, record_ids: Iterable[int], now: datetime, fired_at: datetime | None
) -> None:
    """Open an episode of each of these records; those that have one keep it."""
    rows: list[dict[str, Any]] = [
        {"rule": rule, "subject_id": one, "began_at": now, "fired_at": fired_at} for one in record_ids
    ]
    insert_or_ignore(session, Episode.__table__, rows)


def note_fired(session: Session, rule: str, record_ids: Iterable[int], now: datetime) -> None:
    """Note that the open episodes of these records have fired."""
    chosen = (Episode.rule == rule, among(session, Episode.subject_id, record_ids))
    session.execute(update(Episode).where(*chosen).values(fired_at=now), execution_options=SILENT)


def close_episodes(session: Session, rule: str, record_ids: Iterable[int]) -> None:
    """Close the episodes of these records."""
    chosen = (Episode.rule == rule, among(session, Episode.subject_id, record_ids))
    session.execute(delete(Episode).where(*chosen), execution_options=SILENT)
