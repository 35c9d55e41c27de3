"""Questions to the base tables, and blobs in and out."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import count as count_on
from typing import Any

from sqlalchemy import and_, exists, func, or_, select, text, update
from sqlalchemy.orm import Session, aliased

from inboxcrm.base.among import among
from inboxcrm.base.bulk import NOTHING, insert_many, on_conflict_change
from inboxcrm.base.records import Blob, Event, RetiredId, Switch
from inboxcrm.base.remembered import remembered


def insert_or_ignore(session: Session, table: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows, leaving out those whose unique key is there already (one statement)."""
    insert_many(session, table, rows, NOTHING)


def insert_or_change(session: Session, table: Any, rows: Sequence[dict[str, Any]], *columns: str) -> None:
    """Insert rows; those whose primary key is there already only get the new values of these columns."""
    insert_many(session, table, rows, on_conflict_change(table, columns))


def keep_blobs(session: Session, contents: Iterable[bytes]) -> list[str]:
    """Store bytes under their SHA-256, each once; give the hashes in order."""
    kept = list(contents)
    shas = [hashlib.sha256(content).hexdigest() for content in kept]
    _write_blobs(session, dict(zip(shas, kept, strict=True)))
    return shas


def keep_hashed(session: Session, contents: Mapping[str, bytes]) -> None:
    """Store the bytes of a batch, whose SHA-256 in hex is known already, each once; they are read again from memory.

    For a batch alone, whose size has a limit: what is remembered stays until the transaction ends.
    """
    _write_blobs(session, contents)
    remembered(session, "blobs").update(contents)


def _write_blobs(session: Session, contents: Mapping[str, bytes]) -> None:
    rows = [{"sha256": sha, "size": len(content), "content": content} for sha, content in contents.items()]
    insert_or_ignore(session, Blob.__table__, rows)


def insert_rows(session: Session, table: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows, in one statement."""
    insert_many(session, table, rows)


def insert_events(session: Session, rows: list[dict[str, Any]]) -> None:
    """Insert events of these values, as `Work.event_values` gives them, in one statement."""
    insert_rows(session, Event.__table__, [{"id": draw_id(session, Event.__table__), **row} for row in rows])


def expect_rows(session: Session, count: int) -> None:
    """Say about how many rows of a table this transaction will make: so many ids are drawn at once."""
    remembered(session, "ids")["at once"] = max(count, 1)


def draw_id(session: Session, table: Any) -> int:
    """Give the id of a new row before it is written, ascending; no other transaction will give it.

    Whoever inserts into the table draws. PostgreSQL draws from the sequence; SQLite has one writer, so that the
    ids are simply the next ones.
    """
    left = remembered(session, "ids")
    found = next(left.get(table.name, iter(())), None)
    if found is None:
        left[table.name] = _ids_from(session, table, left.get("at once", 1))
        found = next(left[table.name])
    return int(found)


def _ids_from(session: Session, table: Any, at_once: int) -> Iterator[int]:
    if session.get_bind().dialect.name == "sqlite":
        retired = select(RetiredId.last).where(RetiredId.name == table.name).scalar_subquery()
        last, undone = session.execute(select(func.max(table.c.id), retired)).one()
        return count_on(max(last or 0, undone or 0) + 1)
    draw = text("select nextval(pg_get_serial_sequence(:name, 'id')) from generate_series(1, :count)")
    return iter(session.scalars(draw, {"name": table.name, "count": at_once}).all())


def retire_id(session: Session, table: str, number: int) -> None:
    """Never give the id of a row that was taken back to another one: the history names it still."""
    known = session.get(RetiredId, table)
    if known is None:
        session.add(RetiredId(name=table, last=number))
    else:
        known.last = max(known.last, number)
    session.flush()


def blob_content(session: Session, sha256: str) -> bytes:
    """Give the bytes stored under a hash; KeyError if there are none."""
    content = remembered(session, "blobs").get(sha256)
    if content is None:
        content = session.scalar(select(Blob.content).where(Blob.sha256 == sha256))
    if content is None:
        raise KeyError(sha256)
    return content


def blob_sizes(session: Session, shas: Iterable[str]) -> dict[str, int]:
    """Give the sizes in bytes of what is stored under these hashes."""
    wanted, found = sorted(set(shas)), dict[str, int]()
    for start in range(0, len(wanted), 500):
        query = select(Blob.sha256, Blob.size).where(Blob.sha256.in_(wanted[start : start + 500]))
        found.update((sha, size) for sha, size in session.execute(query))
    return found


def switch_value(session: Session, name: str) -> str | None:
    """Give what was last said to a switch."""
    return session.scalar(select(Switch.value).where(Switch.name == name))


def set_switch(session: Session, name: str, value: str, at: datetime) -> None:
    """Say a word to a switch."""
    switch = session.get(Switch, name)
    if switch is None:
        session.add(Switch(name=name, value=value, at=at))
    else:
        switch.value, switch.at = value, at


def has_pending_event(session: Session) -> bool:
    """Tell whether there is an event that nobody has reacted to yet."""
    return session.scalar(select(Event.id).where(Event.state == "pending").limit(1)) is not None


def pending_events(session: Session, limit: int) -> list[tuple[int, str]]:
    """Give id and kind of the oldest events that nobody has reacted to yet."""
    query = select(Event.id, Event.kind).where(Event.state == "pending").order_by(Event.id).limit(limit)
    return [(event_id, kind) for event_id, kind in session.execute(query)]


def mark_events_done(session: Session, event_ids: list[int]) -> None:
    """Mark events to which nobody has to react."""
    query = update(Event).where(Event.id.in_(event_ids), Event.state == "pending")
    session.execute(query.values(state="done").execution_options(synchronize_session=False))


def lock_pending_event(session: Session, event_id: int) -> Event | None:
    """Take a pending event for this transaction alone; None if another has it or it is done."""
    query = select(Event).where(Event.id == event_id, Event.state == "pending")
    return session.scalar(query.with_for_update(skip_locked=True))


def failed_events(session: Session) -> list[Event]:
    """Give the events whose reactions failed for good: a person must look."""
    return list(session.scalars(select(Event).where(Event.state == "failed").order_by(Event.id)))


def events_of_kinds(session: Session, kinds: Iterable[str], since: datetime) -> list[Event]:
    """Give the events of these kinds that were written after a moment, oldest first."""
    query = select(Event).where(Event.kind.in_(sorted(kinds)), Event.at > since)
    return list(session.scalars(query.order_by(Event.id)))


def events_of_box(session: Session, box_id: int) -> list[Event]:
    """Give the timeline of a box, oldest first."""
    return list(session.scalars(select(Event).where(Event.box_id == box_id).order_by(Event.at, Event.id)))


def events_about(session: Session, subject_kind: str, subject_id: int) -> list[Event]:
    """Give the events whose subject is this record, oldest first."""
    query = select(Event).where(Event.subject_kind == subject_kind, Event.subject_id == subject_id)
    return list(session.scalars(query.order_by(Event.id)))


def events_by_id(session: Session, event_ids: Iterable[int]) -> dict[int, Event]:
    """Give events by their ids."""
    query = select(Event).where(among(session, Event.id, event_ids))
    return {event.id: event for event in session.scalars(query)}


def events_followed_by(session: Session, event_ids: Collection[int], kinds: Collection[str]) -> set[int]:
    """Give those of these events after which one of such a kind came, of the same box or about the same thing."""
    if not kinds or not event_ids:
        return set()
    later = aliased(Event)
    is_same = or_(
        later.box_id == Event.box_id,
        and_(later.subject_kind == Event.subject_kind, later.subject_id == Event.subject_id),
    )
    came = exists().where(later.kind.in_(kinds), later.id > Event.id, is_same)
    return set(session.scalars(select(Event.id).where(among(session, Event.id, event_ids), came)))


def events_caused_by(session: Session, event_ids: list[int]) -> list[Event]:
    """Give the events that reactions to these have made, oldest first."""
    if not event_ids:
        return []
    query = select(Event).where(Event.cause_id.in_(event_ids), Event.id > min(event_ids))
    return list(session.scalars(query.order_by(Event.id)))


def count_events_by_state(session: Session, *states: str) -> dict[str, int]:
    """Count the events in each of these states."""
    query = select(Event.state, func.count()).where(Event.state.in_(states)).group_by(Event.state)
    return dict.fromkeys(states, 0) | {str(state): int(count) for state, count in session.execute(query)}


def count_events(session: Session, kind: str) -> int:
    """Count the events of a kind."""
    return session.scalar(select(func.count()).select_from(Event).where(Event.kind == kind)) or 0
