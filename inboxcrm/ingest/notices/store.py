"""Questions to the tables of notices that have not left yet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.base.store import insert_or_ignore
from inboxcrm.ingest.notices.records import NoticeTurn, WaitingNotice
from inboxcrm.ingest.records import Folder, Location, MailAccount


def add_waiting(session: Session, row: dict[str, Any]) -> None:
    """Keep a notice to be told later, once for each occasion."""
    insert_or_ignore(session, WaitingNotice.__table__, [row])


def is_waiting(session: Session, occasion: str) -> bool:
    """Tell whether this occasion was kept, also if it was told or dropped since."""
    return session.scalar(select(WaitingNotice.id).where(WaitingNotice.occasion == occasion)) is not None


def lock_turn(session: Session, user: str, never: datetime) -> NoticeTurn:
    """Give when a user was last told, for this transaction alone; `never` if he was not."""
    insert_or_ignore(session, NoticeTurn.__table__, [{"user": user, "told_at": never}])
    return session.get_one(NoticeTurn, user, with_for_update=True, populate_existing=True)


def has_waiting_of(session: Session, user: str) -> bool:
    """Tell whether something waits to be told to a user."""
    query = select(WaitingNotice.id).where(WaitingNotice.state == "waiting", WaitingNotice.user == user)
    return session.scalar(query.limit(1)) is not None


def users_with_due_notices(session: Session, now: datetime) -> list[str]:
    """Give the keys of the users for whom a notice is due."""
    due = select(WaitingNotice.user).where(WaitingNotice.state == "waiting", WaitingNotice.due_at <= now)
    return sorted(set(session.scalars(due)))


def lock_waiting_of(session: Session, user: str, now: datetime) -> list[WaitingNotice]:
    """Give what waits for a user and may be told now, oldest first, for this transaction alone."""
    is_meant = (WaitingNotice.state == "waiting", WaitingNotice.user == user, WaitingNotice.look_at <= now)
    query = select(WaitingNotice).where(*is_meant).order_by(WaitingNotice.id).with_for_update()
    return list(session.scalars(query.execution_options(populate_existing=True)))


def places_with_labels(session: Session, messages: Iterable[int]) -> list[tuple[str, str, list[str]]]:
    """Give (account, folder, labels) of every place where one of these messages was seen."""
    query = (
        select(MailAccount.address, Folder.name, Location.labels)
        .join(Folder, Folder.account_id == MailAccount.id)
        .join(Location, Location.folder_id == Folder.id)
        .where(Location.message_id.in_(sorted(messages)))
    )
    return [(address, name, labels or []) for address, name, labels in session.execute(query)]
