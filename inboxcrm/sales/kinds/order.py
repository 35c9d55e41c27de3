"""Orders: one per accepted quote revision, closed when delivered and paid, whichever comes last (QU-5, SO-6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from inboxcrm.base.errors import Refused
from inboxcrm.base.spelled import spell_day
from inboxcrm.base.states import check_move
from inboxcrm.base.work import Work
from inboxcrm.crm.store import opportunity_by_id
from inboxcrm.crm.winning import win_opportunity
from inboxcrm.sales import events
from inboxcrm.sales.kinds.invoice import prepare_invoice
from inboxcrm.sales.kinds.quote import close_quote
from inboxcrm.sales.number_series import draw_number
from inboxcrm.sales.records import Document, Evidence
from inboxcrm.sales.store import document_by_origin, evidence_of, invoices_of_order, lock_document

MOVES = {("released", "closed")}


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What a customer said, and why it is believed."""

    message_id: int
    message_sha256: str
    signatory: str
    words: str
    authentication: str
    decided_by: str
    reference: str | None
    thread: dict[str, Any]
    finalise_at: datetime


def accept_quote(work: Work, quote_id: int, acceptance: Acceptance) -> Document | None:
    """Make the order of an accepted quote, close the quote, win the opportunity, prepare the invoice.

    All in this transaction. If the quote has its order already, the evidence is kept and None is given.
    Raises Refused for a quote that was replaced.
    """
    quote = lock_document(work.session, quote_id)
    order = document_by_origin(work.session, _origin_key(quote))
    if order is None and quote.state not in ("issued", "sent"):
        raise Refused(f"quote {quote.number} is {quote.state} and cannot be accepted")
    _keep_evidence(work, quote, acceptance)
    if order is not None:
        order.reference = order.reference or acceptance.reference
        return None
    close_quote(work, quote)
    order = _release_order(work, quote, acceptance)
    win_opportunity(work, opportunity_by_id(work.session, quote.opportunity_id))
    work.emit(
        events.DOCUMENT_ACCEPTED,
        ("quote", quote.id),
        box_id=quote.box_id,
        number=quote.number,
        order=order.number,
        signatory=acceptance.signatory,
        reference=acceptance.reference,
        finalise_at=acceptance.finalise_at.isoformat(),
        words=acceptance.words[:500],
        decided_by=acceptance.decided_by,
    )
    prepare_invoice(work, order, "at release", acceptance.finalise_at)
    return order


def _origin_key(quote: Document) -> str:
    return f"order:quote:{quote.id}:{quote.revision}"


def _keep_evidence(work: Work, quote: Document, acceptance: Acceptance) -> None:
    if any(known.message_id == acceptance.message_id for known in evidence_of(work.session, quote.id)):
        return
    work.session.add(
        Evidence(
            document_id=quote.id,
            message_id=acceptance.message_id,
            message_sha256=acceptance.message_sha256,
            content_sha256=quote.content_sha256 or "",
            signatory=acceptance.signatory,
            words=acceptance.words[:5000],
            authentication=acceptance.authentication,
            decided_by=acceptance.decided_by,
            at=work.now,
        )
    )
    subject = ("quote", quote.id)
    work.emit(
        events.EVIDENCE_ADDED, subject, box_id=quote.box_id, is_quiet=True, words=acceptance.words[:500]
    )


def _release_order(work: Work, quote: Document, acceptance: Acceptance) -> Document:
    today = work.now.astimezone(work.settings.company.zone).date()
    order = Document(
        kind="order",
        number=draw_number(work, "order", today),
        revision=1,
        state="released",
        box_id=quote.box_id,
        opportunity_id=quote.opportunity_id,
        origin_id=quote.id,
        origin_key=_origin_key(quote),
        currency=quote.currency,
        lines=quote.lines,
        net_minor=quote.net_minor,
        total_minor=quote.total_minor,
        reference=acceptance.reference,
        thread=acceptance.thread,
        made_by=work.actor,
        created_at=work.now,
        issued_at=work.now,
        issued_on=today,
    )
    work.session.add(order)
    work.session.flush()
    work.emit(
        events.ORDER_RELEASED,
        ("order", order.id),
        box_id=order.box_id,
        number=order.number,
        quote=quote.number,
    )
    return order


def deliver_order(work: Work, order: Document) -> None:
    """Note that an order is delivered, or its service accepted; bills what is billed at delivery."""
    if order.delivered_at:
        delivered_on = spell_day(order.delivered_at.astimezone(work.settings.company.zone))
        raise Refused(f"order {order.number} was already delivered on {delivered_on}")
    order.delivered_at = work.now
    work.emit(events.ORDER_DELIVERED, ("order", order.id), box_id=order.box_id, number=order.number)
    prepare_invoice(work, order, "at delivery", work.now)
    close_order_if_complete(work, order)


def close_order_if_complete(work: Work, order: Document) -> bool:
    """Close an order that is delivered and whose invoices are all paid (SO-6); give whether it closed."""
    invoices = invoices_of_order(work.session, order.id)
    steps = {line["billing"] for line in order.lines}  # what is billed later is not paid yet
    is_paid = len(invoices) == len(steps) and all(invoice.state == "paid" for invoice in invoices)
    if is_paid and order.paid_at is None:
        order.paid_at = work.now
    if not (order.delivered_at and is_paid) or order.state == "closed":
        return False
    check_move(f"order {order.number}", MOVES, order.state, "closed")
    order.state = "closed"
    work.emit(events.ORDER_CLOSED, ("order", order.id), box_id=order.box_id, number=order.number)
    return True
