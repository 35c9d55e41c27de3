"""The columns behind the facts that rules see; rules give them types and words."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, case, func, literal, or_, select, type_coerce

from inboxcrm.base.columns import Json
from inboxcrm.base.money import MINOR_DIGITS, PRICE_SCALE
from inboxcrm.crm.fields.records import FieldValue
from inboxcrm.crm.owed.records import OwedAnswer
from inboxcrm.crm.qualifying.records import Qualification
from inboxcrm.crm.records import Box, Contact, Lead, Opportunity, Organization, Task
from inboxcrm.crm.tags.records import BoxTag

Columns = dict[str, Any]  # names to columns
_FACTORS = {code: PRICE_SCALE // 10**digits for code, digits in MINOR_DIGITS.items()}


def money_column(minor: Any, currency: Any) -> Any:
    """Give an amount in ten-thousandths of its currency's unit, so that JPY, EUR and KWD compare alike (V9)."""
    return minor * case(_FACTORS, value=currency, else_=PRICE_SCALE // 100)


_NEXT_ACTION = (
    select(Task.text)
    .where(Task.opportunity_id == Opportunity.id, Task.kind == "next action", Task.state == "open")
    .scalar_subquery()
)
# What is on hold or closed counts for nothing that is expected.
_COUNTS = (Opportunity.closed_at.is_(None), Opportunity.wake_on.is_(None))
_WEIGHTED = money_column(Opportunity.amount_minor, Opportunity.currency) * Opportunity.probability // 100
# Nothing once one of us has written since.
_ANSWER_DUE = (
    select(OwedAnswer.due_at)
    .where(
        OwedAnswer.box_id == Box.id,
        or_(Box.last_outbound_at.is_(None), Box.last_outbound_at < OwedAnswer.asked_at),
    )
    .scalar_subquery()
)
# A JSON list, as sets are; tags have nothing in them that JSON would write otherwise.
_TAGS = (
    select(literal('["').concat(func.aggregate_strings(BoxTag.name, '","')).concat('"]'))
    .where(BoxTag.box_id == Box.id)
    .scalar_subquery()
)
BOX: Columns = {
    "box_id": Box.id,
    "name": Box.name,
    "owner": Box.owner,
    "last_activity_at": Box.last_activity_at,
    "last_inbound_at": Box.last_inbound_at,
    "last_outbound_at": Box.last_outbound_at,
    "is_answer_owed": and_(
        Box.last_inbound_at.is_not(None),
        or_(Box.last_outbound_at.is_(None), Box.last_outbound_at < Box.last_inbound_at),
    ),
    "answer_due_at": _ANSWER_DUE,
    "contact_name": Contact.name,
    "contact_title": Contact.title,
    "contact_phone": Contact.phone,
    "organization_name": Organization.name,
    "vat_number": Organization.vat_number,
    "tags": type_coerce(func.coalesce(_TAGS, "[]"), Json),
}
_PARTS = (Qualification.size, Qualification.industry, Qualification.engagement, Qualification.fit)
_KNOWN_PARTS: Any = sum(case((part.is_not(None), 1), else_=0) for part in _PARTS)
_ESTIMATE = (
    select(money_column(Qualification.estimate_minor, Qualification.currency))
    .where(Qualification.lead_id == Opportunity.lead_id, Opportunity.amount_minor.is_(None))
    .scalar_subquery()
)
LEAD: Columns = {
    **BOX,
    "state": Lead.state,
    "source": Lead.source,
    "type": Lead.type,
    "campaign": Lead.campaign,
    "is_vague": Lead.is_vague,
    "created_at": Lead.created_at,
    "answered_at": Lead.answered_at,
    "is_answered": Lead.answered_at.is_not(None),
    "reason": Lead.reason,
    "recontact_at": Lead.recontact_at,
    "revived_at": Lead.revived_at,
    "budget": Qualification.budget,
    "authority": Qualification.authority,
    "need": Qualification.need,
    "timeline": Qualification.timeline,
    "employees": Qualification.employees,
    "industry": Qualification.branch,
    "score": case((_KNOWN_PARTS > 0, sum(func.coalesce(part, 0) for part in _PARTS))),
    "score_parts": _KNOWN_PARTS,
    "size_points": Qualification.size,
    "industry_points": Qualification.industry,
    "engagement_points": Qualification.engagement,
    "fit_points": Qualification.fit,
    "estimate": money_column(Qualification.estimate_minor, Qualification.currency),
    "currency": func.coalesce(Qualification.currency, ""),
}
OPPORTUNITY: Columns = {
    **BOX,
    "name": Opportunity.name,
    "owner": Opportunity.owner,
    "kind": Opportunity.kind,
    "stage": Opportunity.stage,
    "state": Opportunity.state,
    "probability": Opportunity.probability,
    "amount": money_column(Opportunity.amount_minor, Opportunity.currency),
    "currency": Opportunity.currency,
    "close_on": Opportunity.close_on,
    "wake_on": Opportunity.wake_on,
    "woken_at": Opportunity.woken_at,
    "created_at": Opportunity.created_at,
    "stage_since_at": Opportunity.stage_since_at,
    "stage_overdue_at": Opportunity.stage_overdue_at,
    "is_in_negotiation": and_(Opportunity.state == "Negotiation", ~Opportunity.is_closing),
    "is_committed": and_(Opportunity.is_committed, *_COUNTS),
    "weighted": case((and_(*_COUNTS), _WEIGHTED), else_=0),
    "lost_reason": Opportunity.lost_reason,
    "is_open": Opportunity.closed_at.is_(None),
    "is_on_hold": Opportunity.wake_on.is_not(None),
    "next_action": func.coalesce(_NEXT_ACTION, ""),
    "estimate": _ESTIMATE,
    "unit": Opportunity.unit,
    "units": Opportunity.units,
    "units_before": Opportunity.units_before,
}


# Whose fields of the company's own are facts of a kind of record, and the column of his id.
FIELD_OWNERS: dict[str, Columns] = {
    "lead": {"lead": Lead.id, "contact": Box.contact_id, "organization": Box.organization_id},
    "opportunity": {
        "opportunity": Opportunity.id,
        "contact": Box.contact_id,
        "organization": Box.organization_id,
    },
}


def field_column(kind: str, record: str, name: str, column: str) -> Any:
    """Give the value of a field of the company's own, kept in a column of its table, for each record (OP-14)."""
    query = select(getattr(FieldValue, column)).where(
        FieldValue.record == record,
        FieldValue.record_id == FIELD_OWNERS[kind][record],
        FieldValue.name == name,
    )
    return query.scalar_subquery()


def select_leads(columns: Columns) -> Any:
    """Select leads with these columns; the first one is the id."""
    query = select(Lead.id, *columns.values()).join(Box, Box.id == Lead.box_id)
    return _with_people(query.outerjoin(Qualification, Qualification.lead_id == Lead.id))


def select_opportunities(columns: Columns) -> Any:
    """Select opportunities with these columns; the first one is the id."""
    return _with_people(select(Opportunity.id, *columns.values()).join(Box, Box.id == Opportunity.box_id))


def _with_people(query: Any) -> Any:
    query = query.outerjoin(Contact, Contact.id == Box.contact_id)
    return query.outerjoin(Organization, Organization.id == Box.organization_id)


def is_open_matter() -> Any:
    """Tell of each box whether its lead, deal or ticket is still open: not won, lost, dead or merged."""
    closed = select(Opportunity.id).where(Opportunity.box_id == Box.id, Opportunity.closed_at.is_not(None))
    return and_(Box.id.is_not(None), func.coalesce(Box.is_open, False), ~closed.exists())


def with_boxes(query: Any, box_id: Any) -> Any:
    """Add the boxes of records that name theirs by number."""
    return query.outerjoin(Box, Box.id == box_id)


BOX_NAME: Any = Box.name
BOX_OWNER: Any = Box.owner
LEAD_ID: Any = Lead.id
OPPORTUNITY_ID: Any = Opportunity.id
