"""Questions about turns, and about what reps have in hand."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from inboxcrm.base.store import insert_or_ignore
from inboxcrm.crm.records import Box, Lead
from inboxcrm.crm.turns.records import Turn

OPEN_STATES = ("New", "Assigned", "In Process")


def lock_turns(session: Session, users: Iterable[str]) -> dict[str, int]:
    """Give the number of the last turn of each of these, for this transaction alone: two at once take turns."""
    keys = sorted(users)
    insert_or_ignore(session, Turn.__table__, [{"user": key, "number": 0} for key in keys])
    query = select(Turn.user, Turn.number).where(Turn.user.in_(keys)).order_by(Turn.user)
    return dict(session.execute(query.with_for_update()).all())


def note_turn(session: Session, user: str, number: int) -> None:
    """Note that a rep has had his turn."""
    query = update(Turn).where(Turn.user == user).values(number=number)
    session.execute(query.execution_options(synchronize_session=False))


def count_open_leads(session: Session, owners: Iterable[str]) -> dict[str, int]:
    """Count the open leads that each of these has in hand."""
    query = (
        select(Lead.owner, func.count())
        .join(Box, Box.id == Lead.box_id)
        .where(Lead.owner.in_(sorted(owners)), Lead.state.in_(OPEN_STATES))
        .where(Box.is_open, Box.merged_into.is_(None))
        .group_by(Lead.owner)
    )
    return {str(owner): count for owner, count in session.execute(query)}
