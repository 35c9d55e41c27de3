"""Tables of what came out of an old CRM. Private to this folder; others ask `store.py`."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from inboxcrm.base.columns import RowId
from inboxcrm.base.database import Base

SLEEPS_UNTIL = "box_id is null and wake_at is not null"


class Imported(Base):
    """A row of an old system by its key there, and the record that it became: each counts once."""

    __tablename__ = "imported"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    source: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(10))  # company, contact, deal, note, activity
    key: Mapped[str] = mapped_column(String(200))
    target_id: Mapped[int] = mapped_column(RowId)  # organization, contact, dormant_deal or imported_note
    at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("source", "kind", "key"),
        Index("ix_imported_kind_target_id", "kind", "target_id"),
    )


class DormantDeal(Base):
    """A deal of an old system: no box, no task and no figure anywhere until it wakes."""

    __tablename__ = "dormant_deal"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    name: Mapped[str] = mapped_column(String(300))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), index=True)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    owner: Mapped[str | None] = mapped_column(String(40))
    stage: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10))  # pending, won, lost
    amount_minor: Mapped[int | None] = mapped_column(RowId)
    currency: Mapped[str] = mapped_column(String(3))
    started_on: Mapped[date | None]
    close_on: Mapped[date | None]  # when it was expected to close
    closed_on: Mapped[date | None]
    renewal_on: Mapped[date | None]
    next_action: Mapped[str] = mapped_column(String(500), default="")
    due_on: Mapped[date | None]  # of its next action
    wake_at: Mapped[
        datetime | None
    ]  # a pending deal's task, a won one's renewal; none: by mail or word alone
    box_id: Mapped[int | None] = mapped_column(ForeignKey("box.id"), unique=True)  # what it became
    created_at: Mapped[datetime]
    __table_args__ = (
        Index(
            "ix_dormant_deal_wake_at",
            "wake_at",
            sqlite_where=sql(SLEEPS_UNTIL),
            postgresql_where=sql(SLEEPS_UNTIL),
        ),
    )


class ImportedNote(Base):
    """A note or an activity of an old system: it is copied onto the box of its deal when that wakes."""

    __tablename__ = "imported_note"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))  # note, or what the old system called it: call, meeting …
    deal_id: Mapped[int | None] = mapped_column(ForeignKey("dormant_deal.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), index=True)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    author: Mapped[str] = mapped_column(String(200))
    written_at: Mapped[datetime | None]
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
