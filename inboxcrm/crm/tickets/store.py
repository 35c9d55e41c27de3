"""Questions for tickets."""

from __future__ import annotations

from sqlalchemy.orm import Session

from inboxcrm.crm.tickets.records import Ticket


def ticket_of_box(session: Session, box_id: int) -> Ticket | None:
    """Give the ticket of a box; None of a box that is none."""
    return session.get(Ticket, box_id)
