"""Questions to the tables of sales."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.sales.records import Document, Evidence, NumberSeries, Payment

PAPER_KINDS = ("quote", "invoice")


def document_by_id(session: Session, document_id: int) -> Document:
    """Give a document."""
    return session.get_one(Document, document_id)


def lock_document(session: Session, document_id: int) -> Document:
    """Give a document that nobody else can change before this transaction ends."""
    return session.get_one(Document, document_id, with_for_update=True, populate_existing=True)


def document_by_origin(session: Session, origin_key: str) -> Document | None:
    """Give the document that was begotten by this, if it was."""
    return session.scalar(select(Document).where(Document.origin_key == origin_key))


def document_by_pdf(session: Session, sha256: str) -> Document | None:
    """Give the document whose frozen PDF has this hash."""
    return session.scalar(select(Document).where(Document.pdf_sha256 == sha256))


def documents_by_number(session: Session, numbers: Iterable[str]) -> list[Document]:
    """Give the documents that bear one of these numbers."""
    return list(session.scalars(select(Document).where(Document.number.in_(list(numbers)))))


def documents_of_box(session: Session, box_id: int, kind: str | None = None) -> list[Document]:
    """Give the documents of a box, of one kind if named, oldest first."""
    query = select(Document).where(Document.box_id == box_id).order_by(Document.id)
    return list(session.scalars(query.where(Document.kind == kind) if kind else query))


def kinds_by_box(session: Session) -> dict[int, set[str]]:
    """Give by box which kinds of documents it has."""
    found = dict[int, set[str]]()
    for box_id, kind in session.execute(select(Document.box_id, Document.kind).distinct()):
        found.setdefault(box_id, set()).add(kind)
    return found


def quote_in_play(session: Session, box_id: int) -> Document | None:
    """Give the newest quote of a box that a customer may still answer, or has accepted."""
    query = select(Document).where(
        Document.box_id == box_id,
        Document.kind == "quote",
        Document.state.in_(("issued", "sent", "accepted")),
    )
    return session.scalar(query.order_by(Document.id.desc()).limit(1))


def open_quote(session: Session, box_id: int) -> Document | None:
    """Give the newest quote of a box that is neither accepted nor replaced."""
    is_open = (Document.box_id == box_id, Document.kind == "quote", Document.state.in_(("issued", "sent")))
    return session.scalar(select(Document).where(*is_open).order_by(Document.id.desc()).limit(1))


def invoices_of_order(session: Session, order_id: int) -> list[Document]:
    """Give the invoices of an order."""
    return list(
        session.scalars(select(Document).where(Document.origin_id == order_id, Document.kind == "invoice"))
    )


def due_invoice_ids(session: Session, now: datetime) -> list[int]:
    """Give the provisional invoices whose cooling time is over."""
    query = select(Document.id).where(
        Document.kind == "invoice", Document.state == "provisional", Document.finalise_at <= now
    )
    return list(session.scalars(query.order_by(Document.id)))


def unprinted_document_ids(session: Session) -> list[int]:
    """Give the issued documents whose PDF has not been made yet."""
    query = select(Document.id).where(
        Document.kind.in_(PAPER_KINDS), Document.content_sha256.is_not(None), Document.pdf_sha256.is_(None)
    )
    return list(session.scalars(query.order_by(Document.id)))


def lock_series(session: Session, name: str) -> NumberSeries:
    """Give a number series that nobody else can draw from before this transaction ends."""
    return session.get_one(NumberSeries, name, with_for_update=True, populate_existing=True)


def evidence_of(session: Session, document_id: int) -> list[Evidence]:
    """Give the evidence of an acceptance."""
    return list(session.scalars(select(Evidence).where(Evidence.document_id == document_id)))


def payment_by_occasion(session: Session, occasion: str) -> Payment | None:
    """Give the payment that was noted on an occasion."""
    return session.scalar(select(Payment).where(Payment.occasion == occasion))
