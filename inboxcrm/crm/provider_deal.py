"""Deals that a payment provider or subscription service tells of: won at once, and kept up to date (IN-17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.money import Money
from inboxcrm.base.work import Work
from inboxcrm.crm import events
from inboxcrm.crm.lead import convert_lead
from inboxcrm.crm.records import Box, Notification, Opportunity
from inboxcrm.crm.store import lead_of_box, opportunity_of_box
from inboxcrm.crm.winning import win_opportunity

if TYPE_CHECKING:
    pass


def deal_of_box(work: Work, box: Box, *, by: str) -> Opportunity | None:
    """Give the opportunity of a box; a lead whose person has paid is converted first."""
    known = opportunity_of_box(work.session, box.id)
    lead = lead_of_box(work.session, box.id)
    if known or lead is None:
        return known
    return convert_lead(work, lead, by=lead.owner or by, name=box.name)


def note_paid(
    work: Work, opportunity: Opportunity, amount: Money, *, account_code: str, said_by: str
) -> None:
    """Set what was paid, and win the deal if it is open; a won one is only brought up to date."""
    old = (
        Money(opportunity.amount_minor, opportunity.currency)
        if opportunity.amount_minor is not None
        else None
    )
    opportunity.amount_minor, opportunity.currency = amount.minor, amount.currency
    opportunity.account_code = opportunity.account_code or account_code[:100] or None
    if opportunity.is_open:
        win_opportunity(work, opportunity)
    if opportunity.box.organization and opportunity.box.organization.kind == "prospect":
        opportunity.box.organization.kind = "customer"
    work.emit(
        events.OPPORTUNITY_PAID,
        ("opportunity", opportunity.id),
        box_id=opportunity.box_id,
        old=str(old) if old else None,
        new=str(amount),
        said_by=said_by,
    )


def note_notification(work: Work, opportunity: Opportunity, sender: str, number: str) -> None:
    """Remember a provider's notification by its own number, so that it counts once."""
    work.session.add(
        Notification(sender=sender, number=number[:200], opportunity_id=opportunity.id, at=work.now)
    )
    work.session.flush()
