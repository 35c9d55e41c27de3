"""Tables of sales. Private to this folder."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inboxcrm.base.columns import Json, RowId
from inboxcrm.base.database import Base


class Document(Base):
    """A quote, an order or an invoice. Once `content_sha256` is set, content and PDF never change (V8)."""

    __tablename__ = "document"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), index=True)
    number: Mapped[str | None] = mapped_column(String(40), unique=True)
    revision: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(20))
    box_id: Mapped[int] = mapped_column(RowId, index=True)
    opportunity_id: Mapped[int] = mapped_column(RowId, index=True)
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    # What begot it, as one key: a quote revision becomes one order, a billing step one invoice (QU-5).
    origin_key: Mapped[str] = mapped_column(String(80), unique=True)
    currency: Mapped[str] = mapped_column(String(3))
    lines: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    net_minor: Mapped[int] = mapped_column(RowId)
    total_minor: Mapped[int | None] = mapped_column(RowId)
    content: Mapped[dict[str, Any] | None] = mapped_column(Json)
    content_sha256: Mapped[str | None] = mapped_column(String(64))
    pdf_sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    reference: Mapped[str | None] = mapped_column(String(100))
    thread: Mapped[dict[str, Any]] = mapped_column(Json)  # the mail that it answers
    made_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    issued_at: Mapped[datetime | None]
    issued_on: Mapped[date | None]
    valid_until: Mapped[date | None]
    due_on: Mapped[date | None]
    finalise_at: Mapped[datetime | None] = mapped_column(index=True)
    delivered_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]
    blocked_until: Mapped[date | None]  # its customer was erased: kept for the law, shown to nobody
    origin: Mapped[Document | None] = relationship(remote_side="Document.id")
    __table_args__ = (
        Index(
            "ix_document_blocked_until",
            "blocked_until",
            sqlite_where=text("blocked_until IS NOT NULL"),
            postgresql_where=text("blocked_until IS NOT NULL"),
        ),
        Index("ix_document_state_issued_at", "state", "issued_at"),
    )


class NumberSeries(Base):
    """The last number drawn of a legal series, and the date it bears."""

    __tablename__ = "number_series"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    last: Mapped[int]
    last_on: Mapped[date]


class Evidence(Base):
    """Why a quote counts as accepted: the words, who wrote them, and how that was proven (QU-5)."""

    __tablename__ = "evidence"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    message_id: Mapped[int] = mapped_column(RowId)
    message_sha256: Mapped[str] = mapped_column(String(64))
    content_sha256: Mapped[str] = mapped_column(String(64))
    signatory: Mapped[str] = mapped_column(String(320))
    words: Mapped[str] = mapped_column(Text)
    authentication: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("document_id", "message_id"),)


class Payment(Base):
    """Money that came in for an invoice."""

    __tablename__ = "payment"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    amount_minor: Mapped[int] = mapped_column(RowId)
    currency: Mapped[str] = mapped_column(String(3))
    at: Mapped[datetime]
    said_by: Mapped[str] = mapped_column(String(200))
    occasion: Mapped[str] = mapped_column(String(80), unique=True)
