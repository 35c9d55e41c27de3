"""Quotes: issued with number and frozen content, sent by the rep from her Drafts folder, accepted once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from inboxcrm.base.states import check_move
from inboxcrm.base.work import Work
from inboxcrm.crm.opportunity import advance_stage
from inboxcrm.crm.store import first_address, opportunity_by_id
from inboxcrm.crm.ticket import check_complete
from inboxcrm.sales import events
from inboxcrm.sales.content import Buyer, Ordered, build_content, content_hash, net_total, plain_lines
from inboxcrm.sales.number_series import draw_number
from inboxcrm.sales.records import Document
from inboxcrm.sales.store import document_by_origin, documents_of_box

if TYPE_CHECKING:
    from inboxcrm.crm.records import Opportunity

MOVES = {
    ("issued", "sent"),
    ("issued", "replaced"),
    ("sent", "accepted"),
    ("sent", "replaced"),
}


def issue_quote(
    work: Work, opportunity: Opportunity, ordered: Sequence[Ordered], *, occasion: str, thread: dict[str, Any]
) -> Document:
    """Make a quote with its number and frozen content in this one transaction; its PDF is made after the commit.

    `occasion` names what asked for it, such as one line of one mail: the same occasion gives the same quote.
    """
    origin_key = f"quote:{occasion}"
    if known := document_by_origin(work.session, origin_key):
        return known
    check_complete(opportunity.box)
    earlier = documents_of_box(work.session, opportunity.box_id, "quote")
    for quote in earlier:
        if quote.state in ("issued", "sent"):
            _move(quote, "replaced")
    quote = _frozen_quote(work, opportunity, ordered, revision=len(earlier) + 1)
    quote.origin_key, quote.thread = origin_key, thread
    work.session.add(quote)
    opportunity.amount_minor, opportunity.currency = quote.net_minor, quote.currency
    if opportunity.box.organization and opportunity.box.organization.kind == "prospect":
        opportunity.box.organization.kind = "customer"  # LD-9
    work.session.flush()
    total = (quote.content or {})["total"]
    work.emit(events.QUOTE_ISSUED, ("quote", quote.id), box_id=quote.box_id, number=quote.number, total=total)
    work.wake("papers")
    return quote


def _frozen_quote(
    work: Work, opportunity: Opportunity, ordered: Sequence[Ordered], *, revision: int
) -> Document:
    """Draw the number and freeze the content (V8)."""
    company, sales = work.settings.company, work.settings.sales
    today = work.now.astimezone(company.zone).date()
    valid_until = today + timedelta(days=sales.quote_valid_days)
    lines = plain_lines(ordered, company.currency)
    number = draw_number(work, "quote", today)
    content = build_content(
        "quote",
        number=number,
        revision=revision,
        dates={"issued_on": today.isoformat(), "valid_until": valid_until.isoformat()},
        company=company,
        email=work.settings.house_account.address,
        buyer=buyer_of(opportunity),
        lines=lines,
        treatments=None,
        currency=company.currency,
        reference=None,
        origin=None,
        terms=sales.terms,
    )
    net_minor = net_total(lines, company.currency).minor
    return Document(
        kind="quote",
        number=number,
        revision=revision,
        state="issued",
        box_id=opportunity.box_id,
        opportunity_id=opportunity.id,
        currency=company.currency,
        lines=lines,
        net_minor=net_minor,
        total_minor=net_minor,
        content=content,
        content_sha256=content_hash(content),
        made_by=work.actor,
        created_at=work.now,
        issued_at=work.now,
        issued_on=today,
        valid_until=valid_until,
    )


def buyer_of(opportunity: Opportunity) -> Buyer:
    """Give who buys, as far as the CRM knows."""
    box = opportunity.box
    organization, contact = box.organization, box.contact
    person = contact.name if contact else ""
    return Buyer(
        name=(organization.legal_name or organization.name) if organization else person,
        contact=person,
        email=first_address(contact) if contact else "",
        address=tuple(organization.invoice_address or ()) if organization else (),
        country=(organization.country or "") if organization else "",
        vat_number=organization.vat_number if organization else None,
    )


def note_quote_sent(work: Work, quote: Document) -> None:
    """Take a quote as sent: its frozen PDF was seen in the rep's Sent folder, or the customer answered it."""
    if quote.state != "issued":
        return
    _move(quote, "sent")
    opportunity = opportunity_by_id(work.session, quote.opportunity_id)
    advance_stage(work, opportunity, "quote")
    work.emit(events.QUOTE_SENT, ("quote", quote.id), box_id=quote.box_id, number=quote.number)


def close_quote(work: Work, quote: Document) -> None:
    """Take a quote as accepted; only the order does this."""
    note_quote_sent(work, quote)
    _move(quote, "accepted")


def _move(quote: Document, state: str) -> None:
    check_move(f"quote {quote.number}", MOVES, quote.state, state)
    quote.state = state
