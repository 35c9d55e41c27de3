"""Questions about deals that a payment provider has told of."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.crm.records import Box, Contact, Notification, Opportunity


def opportunities_by_account_code(session: Session, code: str) -> list[Opportunity]:
    """Give the deals that a provider names by this account code."""
    query = select(Opportunity).where(Opportunity.account_code == code)
    return list(session.scalars(query.order_by(Opportunity.id)))


def opportunities_told_by(session: Session, contact: Contact, sender: str) -> list[Opportunity]:
    """Give the deals of a contact that a provider has told of, oldest first."""
    told = select(Notification.opportunity_id).where(Notification.sender == sender)
    query = select(Opportunity).join(Box, Box.id == Opportunity.box_id)
    query = query.where(Box.contact_id == contact.id, Opportunity.id.in_(told))
    return list(session.scalars(query.order_by(Opportunity.id)))


def notified_opportunity(session: Session, sender: str, number: str) -> Opportunity | None:
    """Give the deal about which a provider's notification was counted already."""
    query = select(Opportunity).join(Notification, Notification.opportunity_id == Opportunity.id)
    return session.scalar(query.where(Notification.sender == sender, Notification.number == number))
