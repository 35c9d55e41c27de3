"""Questions about deals: which of them wake, and what came of a lost one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.crm.records import BoxContact, Lead, Opportunity, Task
from inboxcrm.crm.store import tasks_of_box


def tasks_of_occasion(session: Session, box_id: int, start: str) -> list[Task]:
    """Give the tasks of a box whose occasion begins so, in the order in which they were made."""
    return [one for one in tasks_of_box(session, box_id) if (one.occasion or "").startswith(start)]


def due_to_wake(session: Session, now: datetime, limit: int = 500) -> list[int]:
    """Give the open deals on hold whose wake-up is due."""
    query = (
        select(Opportunity.id)
        .join(Task, Task.opportunity_id == Opportunity.id)
        .where(
            Opportunity.wake_on <= now.date() + timedelta(days=1),  # a day that has begun somewhere; narrows it down
            Opportunity.closed_at.is_(None),
            Task.kind == "next action",
            Task.state == "open",
            Task.due_at <= now,
        )
    )
    return list(session.scalars(query.order_by(Opportunity.id).limit(limit)))


def lead_of_lost(session: Session, opportunity_id: int) -> Lead | None:
    """Give the newest lead that a lost deal has left behind (OP-11)."""
    query = select(Lead).where(Lead.lost_opportunity_id == opportunity_id)
    return session.scalar(query.order_by(Lead.id.desc()).limit(1))


def rows_of_sleeping(session: Session, opportunity_id: int) -> list[Any] | None:
    """Give all rows of a deal on which nothing was done since it was laid asleep, in the order they were made.

    None if something was done: it woke, was closed, or has more to do than to wake up.
    """
    deal = session.get_one(Opportunity, opportunity_id)
    tasks = tasks_of_box(session, deal.box_id)
    if not (deal.box.is_asleep and deal.is_open and [one.kind for one in tasks] == ["next action"]):
        return None
    people = session.scalars(select(BoxContact).where(BoxContact.box_id == deal.box_id))
    return [deal.box, *people, deal, *tasks]
