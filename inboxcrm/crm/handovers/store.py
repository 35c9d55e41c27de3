"""Questions for handovers."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.crm.handovers.records import Handover
from inboxcrm.crm.records import Box

HANDABLE = ("lead", "opportunity")


def add_handover(session: Session, handover: Handover) -> None:
    """Write a handover down; a second one of the same occasion is refused by the database."""
    session.add(handover)
    session.flush()


def handover_by_occasion(session: Session, occasion: str) -> Handover | None:
    """Give the handover of an occasion."""
    return session.scalar(select(Handover).where(Handover.occasion == occasion))


def lock_handover(session: Session, handover_id: int) -> Handover | None:
    """Take a handover whose bundle is not made for this transaction alone; None if another has it or it is made."""
    query = select(Handover).where(Handover.id == handover_id, Handover.state == "waiting")
    return session.scalar(query.with_for_update(skip_locked=True))


def handover_by_id(session: Session, handover_id: int) -> Handover:
    """Give a handover."""
    return session.get_one(Handover, handover_id)


def waiting_handovers(session: Session, limit: int) -> list[int]:
    """Give the handovers whose bundle is not made yet, the oldest first."""
    query = select(Handover.id).where(Handover.state == "waiting").order_by(Handover.id)
    return list(session.scalars(query.limit(limit)))


def boxes_owned_by(session: Session, owner: str) -> list[Box]:
    """Give the open leads and deals of a rep, those that sleep too."""
    query = select(Box).where(
        Box.owner == owner, Box.is_open, Box.merged_into.is_(None), Box.kind.in_(HANDABLE)
    )
    return list(session.scalars(query.order_by(Box.id)))
