"""How the past of each fact is known: a literal table, beside that of the facts; a test holds that none is left out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from inboxcrm.base.money import PRICE_SCALE, minor_digits
from inboxcrm.crm.past import facts as crm
from inboxcrm.ingest.past import facts as ingest
from inboxcrm.outbox import past as outbox
from inboxcrm.rules.trial.past import UNKNOWN, How, Past, fixed, made, told, touched, unknown
from inboxcrm.sales import past as sales


def _moment(kept: Any) -> Any:
    return datetime.fromisoformat(kept) if isinstance(kept, str) else kept


def _day(kept: Any) -> Any:
    return date.fromisoformat(kept) if isinstance(kept, str) else kept


def _amount(minor: int | None, currency: str) -> Decimal | None:
    return None if minor is None else Decimal(minor).scaleb(-minor_digits(currency))


def _weighted(minor: int | None, currency: str, probability: int, is_open: bool, wake_on: Any) -> Decimal | None:
    """Reckon as the query does: in ten-thousandths, the rest of the hundredth let go."""
    if not is_open or wake_on is not None:
        return Decimal(0)
    if minor is None:
        return None
    whole = int(Decimal(minor).scaleb(-minor_digits(currency)) * PRICE_SCALE) * probability
    return Decimal(abs(whole) // 100 * (1 if whole >= 0 else -1)) / PRICE_SCALE


def _is_owed(inbound: datetime | None, outbound: datetime | None) -> bool:
    return inbound is not None and (outbound is None or outbound < inbound)


def _answer_due(
    asked: datetime | None, due: datetime | None, inbound: datetime | None, outbound: datetime | None
) -> Any:
    """Give by when they had to be answered; of clocks that were begun anew since only today's is kept."""
    if inbound is None or not _is_owed(inbound, outbound):
        return None
    if asked is None or asked > inbound or (outbound is not None and asked <= outbound):
        return UNKNOWN
    return due


def _score(*parts: int | None) -> int | None:
    known = [part for part in parts if part is not None]
    return sum(known) if known else None


_PERSON, _COMPANY = {"person": "#contact_id"}, {"person": "#organization_id"}
_ESTIMATE = "it follows from the number of employees and the settings of that day"
_PARTS = ("size_points", "industry_points", "engagement_points", "fit_points")
_BOX: dict[str, Past] = {
    "box_id": fixed(),
    "name": told("box.name"),
    "owner": told("box.owner", initial=None),
    "last_activity_at": touched(""),
    "last_inbound_at": touched("inbound"),
    "last_outbound_at": touched("outbound"),
    "is_answer_owed": made(_is_owed, "last_inbound_at", "last_outbound_at"),
    "answer_due_at": made(_answer_due, "#asked_at", "#due_at", "last_inbound_at", "last_outbound_at"),
    "contact_name": told("contact.name", **_PERSON),
    "contact_title": told("contact.title", **_PERSON),
    "contact_phone": told("contact.phone", **_PERSON),
    "tags": Past(How.TAGGED),
    "organization_name": told("organization.name", **_COMPANY),
    "vat_number": told("organization.vat_number", **_COMPANY),
    "#contact_id": told("box.contact_id"),
    "#organization_id": told("box.organization_id"),
    "#since_at": fixed(),
    "#opened_at": fixed(),
    "#asked_at": fixed(),
    "#due_at": fixed(),
}
_LEAD = _BOX | {
    "state": told("lead.state"),
    "source": told("lead.source"),
    "type": told("lead.type"),
    "campaign": told("lead.campaign"),
    "is_vague": told("lead.is_vague"),
    "created_at": fixed(),
    "answered_at": told("lead.answered_at", read=_moment),
    "is_answered": made(lambda at: at is not None, "answered_at"),
    "reason": told("lead.reason", initial=None),
    "recontact_at": told("lead.recontact_at", read=_moment),
    "revived_at": told("lead.revived_at", read=_moment),
    "budget": told("qualification.budget"),
    "authority": told("qualification.authority"),
    "need": told("qualification.need"),
    "timeline": told("qualification.timeline"),
    "employees": told("qualification.employees"),
    "industry": told("qualification.branch"),
    "size_points": told("qualification.size", initial=None),
    "industry_points": told("qualification.industry", initial=None),
    "engagement_points": told("qualification.engagement", initial=None),
    "fit_points": told("qualification.fit", initial=None),
    "score": made(_score, *_PARTS),
    "score_parts": made(lambda *parts: sum(part is not None for part in parts), *_PARTS),
    "estimate": unknown(_ESTIMATE),
    "currency": unknown(_ESTIMATE),
}
_OPPORTUNITY = _BOX | {
    "name": told("opportunity.name"),
    "owner": told("opportunity.owner"),
    "kind": told("opportunity.kind"),
    "stage": told("opportunity.stage"),
    "state": told("opportunity.state"),
    "probability": told("opportunity.probability"),
    "amount": made(_amount, "#amount_minor", "currency"),
    "currency": told("opportunity.currency"),
    "created_at": fixed(),
    "stage_since_at": told("opportunity.stage_since_at", initial="#since_at"),
    "stage_overdue_at": told("opportunity.stage_overdue_at", read=_moment),
    "is_in_negotiation": made(
        lambda state, is_closing: state == "Negotiation" and not is_closing, "state", "#is_closing"
    ),
    "is_committed": made(
        lambda is_committed, is_open, wake_on: bool(is_committed and is_open and wake_on is None),
        *("#is_committed", "is_open", "#wake_on"),
    ),
    "weighted": made(_weighted, "#amount_minor", "currency", "probability", "is_open", "#wake_on"),
    "lost_reason": told("opportunity.lost_reason"),
    "is_open": told("opportunity.is_open", initial=True),
    "is_on_hold": made(lambda wake_on: wake_on is not None, "#wake_on"),
    "next_action": Past(How.NEXT_ACTION),
    "estimate": unknown(_ESTIMATE),
    "unit": told("opportunity.unit"),
    "units": told("opportunity.units"),
    "units_before": told("opportunity.units_before"),
    "close_on": told("opportunity.close_on", read=_day),
    "wake_on": told("opportunity.wake_on", read=_day),
    "woken_at": told("opportunity.woken_at", read=_moment),
    "#lead_id": fixed(),
    "#amount_minor": told("opportunity.amount_minor"),
    "#is_closing": told("opportunity.is_closing"),
    "#is_committed": told("opportunity.is_committed"),
    "#wake_on": told("opportunity.wake_on"),
}
_DOCUMENT: dict[str, Past] = {
    "box_id": fixed(),
    "kind": fixed(),
    "number": told("document.number"),
    "state": told("document.state", is_checked=True),
    "reference": told("document.reference"),
    "currency": fixed(),
    "net": fixed(),
    "total": told("document.total"),
    "issued_at": told("document.issued_at"),
    "finalise_at": told("document.finalise_at"),
    "issued_on": told("document.issued_on"),
    "due_on": told("document.due_on"),
    "valid_until": fixed(),
    "name": told("opportunity.name"),
    "owner": told("opportunity.owner"),
    "#since_at": fixed(),
    "#opportunity_id": fixed(),
}
_LETTER: dict[str, Past] = {
    "box_id": fixed(),
    "kind": fixed(),
    "state": told("letter.state", is_checked=True),
    "subject": fixed(),
    "error": told("letter.error"),
    "document_id": fixed(),
    "is_outside": fixed(),
    "#since_at": fixed(),
}
_MESSAGE: dict[str, Past] = {
    "box_id": told("message.box_id"),
    "name": told("box.name", person="box_id"),
    "owner": told("box.owner", person="box_id", initial=None),
    "kind": told("message.kind"),
    "sender": fixed(),
    "subject": fixed(),
    "is_first": fixed(),
    "is_open_matter": unknown("no event of the mail tells whether its deal was open then"),
    "is_acceptance": fixed(),
    "intents": fixed(),
    "needs_no_answer": fixed(),
    "is_late": fixed(),
    "is_answered": made(
        lambda wrote_at, received_at: wrote_at is not None and wrote_at > received_at,
        *("#last_outbound_at", "received_at"),
    ),
    "received_at": fixed(),
    "#last_outbound_at": touched("outbound"),
    "#since_at": fixed(),
}
PASTS: Mapping[str, Mapping[str, Past]] = {
    "lead": _LEAD,
    "opportunity": _OPPORTUNITY,
    "document": _DOCUMENT,
    "letter": _LETTER,
    "message": _MESSAGE,
    "company": {},
}
# Columns besides the facts themselves, of which some are made.
EXTRAS: Mapping[str, Mapping[str, Any]] = {
    "lead": crm.LEAD,
    "opportunity": crm.OPPORTUNITY,
    "document": sales.DOCUMENT,
    "letter": outbox.LETTER,
    "message": ingest.MESSAGE,
}
_NOT_YET = unknown("nobody has said yet how its past is known")
FIELD_TABLES = ("lead", "contact", "organization", "opportunity")


def past_of(kind: str, name: str) -> Past:
    """Give how the past of a fact is known; of a fact without a row nobody can tell it."""
    return PASTS.get(kind, {}).get(name, _NOT_YET)
