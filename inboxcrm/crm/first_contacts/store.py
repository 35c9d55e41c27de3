"""Questions about first contacts that are due."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.base.store import insert_or_ignore
from inboxcrm.crm.first_contacts.records import FirstContact
from inboxcrm.crm.records import Lead


def begin_clock(session: Session, lead_id: int, due_at: datetime) -> None:
    """Note by when a lead must be answered, once."""
    row = {"lead_id": lead_id, "due_at": due_at, "step": 0, "look_at": due_at}
    insert_or_ignore(session, FirstContact.__table__, [row])


def clock_of_lead(session: Session, lead_id: int) -> FirstContact | None:
    """Give the clock of a lead."""
    return session.get(FirstContact, lead_id)


def late_leads(session: Session, now: datetime, most: int) -> list[int]:
    """Give the leads whose clock must be looked at by now, the latest first due last."""
    query = select(FirstContact.lead_id).where(FirstContact.look_at <= now)
    return list(session.scalars(query.order_by(FirstContact.look_at, FirstContact.lead_id).limit(most)))


def lock_clock(session: Session, lead_id: int) -> tuple[FirstContact, Lead] | None:
    """Take the clock of a lead, with the lead, for this transaction alone; None if another has it."""
    query = select(FirstContact).where(FirstContact.lead_id == lead_id)
    clock = session.scalar(query.with_for_update(skip_locked=True).execution_options(populate_existing=True))
    return (clock, session.get_one(Lead, lead_id)) if clock else None
