"""Questions to the tables of command mails and of what their lines have changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.base.store import insert_or_ignore
from inboxcrm.commands.records import ChangeSet, CommandMail


def lock_command_mail(session: Session, message_id: int, wait_until: datetime) -> CommandMail:
    """Give the row of a command mail for this transaction alone; make it if it is new."""
    row = {
        "message_id": message_id,
        "state": "waiting",
        "evidence": "",
        "wait_until": wait_until,
        "outcome": "",
    }
    insert_or_ignore(session, CommandMail.__table__, [row])
    return session.get_one(CommandMail, message_id, with_for_update=True, populate_existing=True)


def expired_command_mails(session: Session, now: datetime) -> list[int]:
    """Give the mails that have waited for proof for long enough."""
    query = select(CommandMail.message_id).where(
        CommandMail.state == "waiting", CommandMail.wait_until <= now
    )
    return list(session.scalars(query))


def changes_of_mail(session: Session, message_id: int) -> list[ChangeSet]:
    """Give what the lines of a command mail have changed, in their order."""
    query = select(ChangeSet).where(ChangeSet.message_id == message_id).order_by(ChangeSet.line)
    return list(session.scalars(query.with_for_update()))


def forget_changes_of(session: Session, boxes: Iterable[int]) -> None:
    """Forget what commands have changed on boxes whose person is erased: nobody can undo it any more."""
    erased = set(boxes)
    for change in session.scalars(select(ChangeSet)):
        named = {value for step in change.changes for value in _boxes_of(step)} | {change.box_id}
        if named & erased:
            session.delete(change)
    session.flush()


def _boxes_of(step: list[Any]) -> Iterable[Any]:
    """Give the boxes that a step names."""
    _act, table, key, columns = step
    return [*key, *columns.get("id", ())] if table == "box" else columns.get("box_id", ())
