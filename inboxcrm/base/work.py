"""`Work`: one transaction with all that a verb may need. It begins and ends in `Office.work`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from inboxcrm.base.clock import Clock
from inboxcrm.base.history import tell_changes, watch_changes
from inboxcrm.base.ids import Ids
from inboxcrm.base.points import Reach, pass_on
from inboxcrm.base.records import Event as Event  # others name the type from here
from inboxcrm.base.settings import Settings
from inboxcrm.base.store import draw_id

Wake = Callable[[set[str]], None]


@dataclass(slots=True)
class Work:
    """One open transaction: its session, its one `now`, the settings, who acts, and why."""

    session: Session
    now: datetime
    settings: Settings
    ids: Ids
    key: bytes
    actor: str
    cause: Event | None = None
    depth: int = 0
    reach: Reach = pass_on
    topics: set[str] = field(default_factory=set)
    why: str = ""  # the mail or line because of which something is done; the history names it
    told: dict[tuple[str, str, int | None], dict[str, Any]] = field(default_factory=dict)

    def emit(
        self,
        kind: str,
        subject: tuple[str, int],
        /,
        *,
        box_id: int | None = None,
        is_quiet: bool = False,
        **payload: Any,
    ) -> Event:
        """Write a fact in this transaction; workers react to it after the commit unless it is quiet."""
        values = self.event_values(kind, subject, box_id=box_id, is_quiet=is_quiet, **payload)
        event = Event(id=draw_id(self.session, Event.__table__), **values)
        self.session.add(event)
        self.told[kind, subject[0], subject[1]] = self.told[kind, "box", box_id] = payload
        if not is_quiet:
            self.wake("events")
        return event

    def event_values(
        self,
        kind: str,
        subject: tuple[str, int],
        /,
        *,
        box_id: int | None = None,
        is_quiet: bool = False,
        **payload: Any,
    ) -> dict[str, Any]:
        """Give a fact as the values of its row, for those who insert many at a time; loud ones wake nobody so."""
        return {
            "kind": kind,
            "subject_kind": subject[0],
            "subject_id": subject[1],
            "box_id": box_id,
            "payload": payload,
            "at": self.now,
            "actor": self.actor,
            "cause_id": self.cause.id if self.cause else None,
            "depth": self.depth,
            "state": "done" if is_quiet else "pending",
            "attempts": 0,
        }

    def wake(self, topic: str) -> None:
        """Poke the workers about a topic once this transaction is committed."""
        self.topics.add(topic)


@dataclass(frozen=True, slots=True)
class Office:
    """What every transaction of a process shares, built once by `app`."""

    engine: Engine
    clock: Clock
    ids: Ids
    settings: Settings
    key: bytes
    wake: Wake
    reach: Reach = pass_on

    @contextmanager
    def work(self, name: str, *, actor: str) -> Iterator[Work]:
        """Open a transaction; commit at the end, roll back on any error, and only then wake the queues.

        `name` names the points before and after the commit.
        """
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            work = Work(
                session, self.clock.now(), self.settings, self.ids, self.key, actor=actor, reach=self.reach
            )
            watch_changes(work)
            yield work
            tell_changes(work)
            self.reach(f"{name}.before_commit")
        self.reach(f"{name}.after_commit")
        if work.topics:
            self.wake(work.topics)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a transaction that only reads; it never waits for a writer."""
        with Session(self.engine) as session, session.begin():
            session.connection(execution_options={"is_reading": True})
            yield session
