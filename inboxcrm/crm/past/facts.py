"""Columns of leads and deals besides their facts, of which past facts are made; their names begin with #."""

from __future__ import annotations

from sqlalchemy import select

from inboxcrm.crm.facts import Columns
from inboxcrm.crm.owed.records import OwedAnswer
from inboxcrm.crm.records import Box, Lead, Opportunity

_BOX: Columns = {
    "#contact_id": Box.contact_id,
    "#organization_id": Box.organization_id,
    "#opened_at": Box.opened_at,
    "#asked_at": select(OwedAnswer.asked_at).where(OwedAnswer.box_id == Box.id).scalar_subquery(),
    "#due_at": select(OwedAnswer.due_at).where(OwedAnswer.box_id == Box.id).scalar_subquery(),
}
LEAD: Columns = {**_BOX, "#since_at": Lead.created_at}
OPPORTUNITY: Columns = {
    **_BOX,
    "#since_at": Opportunity.created_at,
    "#lead_id": Opportunity.lead_id,
    "#amount_minor": Opportunity.amount_minor,
    "#is_closing": Opportunity.is_closing,
    "#is_committed": Opportunity.is_committed,
    "#wake_on": Opportunity.wake_on,
}
