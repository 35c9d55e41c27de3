"""Questions about deals: which of them wake, and what came of a lost one."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.crm.records import Lead, Opportunity, Task
from inboxcrm.crm.store import tasks_of_box

MORNING = time(8)


def tasks_of_occasion(session: Session, box_id: int, start: str) -> list[Task]:
    """Give the tasks of a box whose occasion begins so, in the order in which they were made."""
    return [one for one in tasks_of_box(session, box_id) if (one.occasion or "").startswith(start)]


def due_to_wake(session: Session, now: datetime, zone: ZoneInfo, limit: int = 500) -> list[int]:
    """Give the open deals on hold whose day has come: at 08:00 in the zone."""
    local = now.astimezone(zone)
    latest = local.date() if local.time() >= MORNING else local.date() - timedelta(days=1)
    query = select(Opportunity.id).where(Opportunity.wake_on <= latest, Opportunity.closed_at.is_(None))
    return list(session.scalars(query.order_by(Opportunity.id).limit(limit)))


def lead_of_lost(session: Session, opportunity_id: int) -> Lead | None:
    """Give the newest lead that a lost deal has left behind (OP-11)."""
    query = select(Lead).where(Lead.lost_opportunity_id == opportunity_id)
    return session.scalar(query.order_by(Lead.id.desc()).limit(1))
