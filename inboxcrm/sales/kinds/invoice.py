"""Invoices: provisional, then finalised with a gapless number and frozen content, then sent as PDF (IV-1 to IV-6)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from inboxcrm.base.errors import Refused
from inboxcrm.base.money import Money
from inboxcrm.base.states import check_move
from inboxcrm.base.work import Office, Work
from inboxcrm.crm.store import opportunity_by_id
from inboxcrm.crm.task import add_task
from inboxcrm.mail.incoming import Address
from inboxcrm.outbox.letter import Plan, Thread, write_letter
from inboxcrm.papers.printed import grouped_amount, grouped_iban, spelled_day
from inboxcrm.sales import events
from inboxcrm.sales.content import build_content, content_hash, net_total
from inboxcrm.sales.kinds.quote import buyer_of
from inboxcrm.sales.number_series import draw_number
from inboxcrm.sales.records import Document, Payment
from inboxcrm.sales.store import document_by_origin, due_invoice_ids, lock_document, payment_by_occasion
from inboxcrm.sales.tax import Treatment, check_mix, place_of, tax_treatment

MOVES = {
    ("provisional", "stopped"),
    ("stopped", "provisional"),
    ("provisional", "issued"),
    ("issued", "paid"),
}


def prepare_invoice(
    work: Work, order: Document, billing: str, finalise_at: datetime | None
) -> Document | None:
    """Prepare the provisional invoice of one billing step of an order; once, however often asked (QU-5).

    Without a time to finalise it, it waits until a person lets it go on.
    """
    lines = [line for line in order.lines if line["billing"] == billing]
    origin_key = f"invoice:order:{order.id}:{billing}"
    if not lines or document_by_origin(work.session, origin_key):
        return None
    invoice = Document(
        kind="invoice",
        revision=1,
        state="provisional",
        box_id=order.box_id,
        opportunity_id=order.opportunity_id,
        origin_id=order.id,
        origin_key=origin_key,
        currency=order.currency,
        lines=lines,
        net_minor=net_total(lines, order.currency).minor,
        thread=order.thread,
        made_by=work.actor,
        created_at=work.now,
        finalise_at=finalise_at,
    )
    work.session.add(invoice)
    work.session.flush()
    work.emit(
        events.INVOICE_PREPARED,
        ("invoice", invoice.id),
        box_id=order.box_id,
        order=order.number,
        finalise_at=finalise_at.isoformat() if finalise_at else None,
    )
    work.wake("invoices")
    return invoice


def finalise_due_invoices(office: Office) -> int:
    """Finalise every invoice whose cooling time is over, one transaction each; give their number."""
    with office.reading() as session:
        due = due_invoice_ids(session, office.clock.now())
    done = 0
    for invoice_id in due:
        with office.work("invoice.finalise", actor="sales") as work:
            done += finalise_invoice(work, invoice_id)
    return done


def finalise_invoice(work: Work, invoice_id: int) -> bool:
    """Give an invoice its number and frozen content, and write its letter, which waits for the PDF (V8).

    What is missing (address, particulars, a tax rule) leaves it provisional and asks the owner.
    """
    invoice = lock_document(work.session, invoice_id)
    if invoice.state != "provisional" or invoice.finalise_at is None or invoice.finalise_at > work.now:
        return False
    try:
        with work.session.begin_nested():  # a savepoint: a refused number undoes the freezing
            _freeze(work, invoice, _check_ready(work, invoice))
    except Refused as reason:
        _ask_owner(work, invoice, str(reason))
        return False
    _write_invoice_letter(work, invoice)
    return True


def _check_ready(work: Work, invoice: Document) -> list[Treatment]:
    """Give each line's tax treatment, or raise Refused with what is missing (IV-3, IV-4)."""
    company = work.settings.company
    if missing := company.missing_particulars:
        raise Refused(f"the seller's particulars are incomplete; configure [company] {', '.join(missing)}")
    buyer = buyer_of(opportunity_by_id(work.session, invoice.opportunity_id))
    if not buyer.address or not buyer.country:
        raise Refused(
            "the customer's invoice address is not known; "
            "answer with: invoice to Acme B.V., Damrak 1, 1012 LG Amsterdam, NL"
        )
    place = place_of(buyer.country, company.country)
    # A VAT number counts only once it was checked; until then the buyer is "other" (IV-3).
    rate = work.settings.sales.home_vat_rate
    treatments = [tax_treatment(line["supply"], "other", place, rate) for line in invoice.lines]
    check_mix(treatments)
    return treatments


def _ask_owner(work: Work, invoice: Document, reason: str) -> None:
    invoice.finalise_at = None
    opportunity = opportunity_by_id(work.session, invoice.opportunity_id)
    add_task(
        work,
        opportunity.box,
        "errand",
        f"The invoice for {invoice.origin.number if invoice.origin else opportunity.name} waits: {reason}",
        owner=opportunity.owner,
        due_at=work.now,
        why="An invoice with something missing is never issued (IV-3).",
        occasion=f"invoice-blocked:{invoice.id}:{reason[:60]}",
    )
    work.emit(events.INVOICE_BLOCKED, ("invoice", invoice.id), box_id=invoice.box_id, reason=reason)


def _freeze(work: Work, invoice: Document, treatments: list[Treatment]) -> None:
    company, sales = work.settings.company, work.settings.sales
    opportunity = opportunity_by_id(work.session, invoice.opportunity_id)
    order = invoice.origin
    today = work.now.astimezone(company.zone).date()
    invoice.number = draw_number(work, "invoice", today)
    invoice.issued_at, invoice.issued_on = work.now, today
    invoice.due_on = today + timedelta(days=sales.payment_days)
    invoice.reference = order.reference if order else None
    content = build_content(
        "invoice",
        number=invoice.number,
        revision=1,
        dates={"issued_on": today.isoformat(), "due_on": invoice.due_on.isoformat()},
        company=company,
        email=work.settings.house_account.address,
        buyer=buyer_of(opportunity),
        lines=invoice.lines,
        treatments=treatments,
        currency=invoice.currency,
        reference=invoice.reference,
        origin=order.number if order else None,
        terms="",
    )
    invoice.content, invoice.content_sha256 = content, content_hash(content)
    invoice.total_minor = Money.of(Decimal(content["total"]), invoice.currency).minor
    _move(invoice, "issued")
    work.session.flush()
    work.emit(
        events.INVOICE_ISSUED,
        ("invoice", invoice.id),
        box_id=invoice.box_id,
        number=invoice.number,
        total=f"{invoice.currency} {content['total']}",
        due_on=content["due_on"],
    )
    work.wake("papers")


def _write_invoice_letter(work: Work, invoice: Document) -> None:
    content = invoice.content or {}
    buyer = content["buyer"]
    thread = invoice.thread
    write_letter(
        work,
        Plan(
            kind="invoice",
            dedupe=f"invoice:{invoice.id}:{invoice.revision}:send",
            account=work.settings.house_account.address,
            to=[Address(buyer["contact"], buyer["email"])],
            subject=thread.get("subject") or f"Invoice {invoice.number}",
            facts={
                "name": buyer["contact"],
                "number": invoice.number,
                "order": content["origin"],
                "reference": invoice.reference or "",
                "total": f"{content['currency']} {grouped_amount(content['total'])}",
                "due_on": spelled_day(content["due_on"]),
                "iban": grouped_iban(content["seller"]["iban"]),
                "company": content["seller"]["name"],
            },
            thread=_thread_of(thread),
            box_id=invoice.box_id,
            document_id=invoice.id,
            awaits=f"document:{invoice.id}",
        ),
    )


def _thread_of(thread: dict[str, Any]) -> Thread:
    """Give where the letter stands: below the mail that accepted the quote, as the order has kept it."""
    begun_at = datetime.fromisoformat(thread["begun_at"]) if "begun_at" in thread else None
    references = tuple(thread.get("references", ()))
    return Thread(thread.get("in_reply_to"), references, thread.get("index", ""), begun_at)


def stop_invoice(work: Work, invoice: Document) -> None:
    """Halt an invoice in its cooling time; what was issued cannot be stopped, only credited."""
    _move(invoice, "stopped")
    invoice.finalise_at = None
    work.emit(events.INVOICE_STOPPED, ("invoice", invoice.id), box_id=invoice.box_id)


def retry_invoice(work: Work, invoice: Document) -> bool:
    """Let a waiting invoice be finalised at the next look, a stopped one after cooling anew; tell if it was one."""
    cooling = timedelta()
    if invoice.state == "stopped":
        _move(invoice, "provisional")
        cooling = timedelta(minutes=work.settings.sales.cooling_minutes)
    if invoice.state != "provisional" or invoice.finalise_at is not None:
        return False
    invoice.finalise_at = work.now + cooling
    work.wake("invoices")
    return True


def pay_invoice(work: Work, invoice: Document, *, said_by: str, occasion: str) -> None:
    """Note that an invoice was paid in full (IV-11); the same occasion counts once."""
    if payment_by_occasion(work.session, occasion):
        return
    if invoice.state != "issued":
        raise Refused(f"the invoice is {invoice.state}; only an issued one can be paid")
    work.session.add(
        Payment(
            invoice_id=invoice.id,
            amount_minor=invoice.total_minor or 0,
            currency=invoice.currency,
            at=work.now,
            said_by=said_by,
            occasion=occasion,
        )
    )
    _move(invoice, "paid")
    invoice.paid_at = work.now
    work.session.flush()
    work.emit(events.INVOICE_PAID, ("invoice", invoice.id), box_id=invoice.box_id, number=invoice.number)


def _move(invoice: Document, state: str) -> None:
    check_move(f"invoice {invoice.number or '(provisional)'}", MOVES, invoice.state, state)
    invoice.state = state
