"""Questions for tickets."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from inboxcrm.crm.records import Box, Contact, Opportunity
from inboxcrm.crm.tickets.records import Ticket


def ticket_of_box(session: Session, box_id: int) -> Ticket | None:
    """Give the ticket of a box; None of a box that is none."""
    return session.get(Ticket, box_id)


def open_ticket_box_of(session: Session, kind: str, contact: Contact) -> Box | None:
    """Give the newest box of an open ticket of a kind of a person's company, or of his own; None if there is none."""
    theirs = Box.contact_id == contact.id
    if contact.organization_id is not None:
        theirs = or_(theirs, Box.organization_id == contact.organization_id)
    over = select(Opportunity.id).where(Opportunity.box_id == Box.id, Opportunity.closed_at.is_not(None))
    query = select(Box).join(Ticket, Ticket.box_id == Box.id).where(theirs, Ticket.kind == kind)
    query = query.where(Box.is_open, Box.merged_into.is_(None), ~over.exists())
    return session.scalar(query.order_by(Box.id.desc()).limit(1))
