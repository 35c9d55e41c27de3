"""Questions about what is known of leads, and for the leads that rest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from inboxcrm.base.among import among
from inboxcrm.crm.qualifying.records import Qualification
from inboxcrm.crm.records import Box, BoxContact, Contact, Lead

OPEN_STATES = ("New", "Assigned", "In Process")


def qualification_of(session: Session, lead_id: int) -> Qualification | None:
    """Give what is known of a lead; None if nothing is."""
    return session.get(Qualification, lead_id)


def qualification_for(session: Session, lead_id: int) -> Qualification:
    """Give what is known of a lead, to be added to."""
    known = qualification_of(session, lead_id)
    if known is None:
        known = Qualification(lead_id=lead_id, said={}, points={})
        session.add(known)
    return known


def recycled_boxes_of(session: Session, contact: Contact) -> list[Box]:
    """Give the boxes of the Recycled leads on which a contact takes part, the most active first (LD-2)."""
    taking_part = select(BoxContact.box_id).where(BoxContact.contact_id == contact.id)
    query = (
        select(Box)
        .join(Lead, Lead.box_id == Box.id)
        .where(or_(Box.contact_id == contact.id, Box.id.in_(taking_part)))
        .where(Lead.state == "Recycled", Box.merged_into.is_(None))
    )
    return list(session.scalars(query.order_by(Box.last_activity_at.desc(), Box.id.desc())))


def listed_leads(session: Session, states: Iterable[str]) -> list[tuple[Lead, Box, Qualification | None]]:
    """Give the leads in these states with their boxes and what is known of them, the newest first."""
    query: Any = (
        select(Lead, Box, Qualification)
        .join(Box, Box.id == Lead.box_id)
        .outerjoin(Qualification, Qualification.lead_id == Lead.id)
        .where(among(session, Lead.state, list(states)), Box.merged_into.is_(None))
        .order_by(Lead.id.desc())
    )
    return [(lead, box, known) for lead, box, known in session.execute(query)]
