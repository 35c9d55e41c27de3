"""Tables of the base: events, blobs, switches."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from inboxcrm.base.columns import Json, RowId
from inboxcrm.base.database import Base


class Event(Base):
    """An append-only fact; also the audit log, the timeline, and the list of what is still to be reacted to."""

    __tablename__ = "event"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(60), index=True)
    subject_kind: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[int] = mapped_column(RowId)
    box_id: Mapped[int | None] = mapped_column(RowId, index=True)
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(200))
    cause_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    depth: Mapped[int] = mapped_column(default=0)  # steps of cause by rules; ends loops (V7)
    state: Mapped[str] = mapped_column(String(10), default="pending")  # pending, done, failed
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)
    __table_args__ = (
        Index(
            "ix_event_pending",
            "id",
            sqlite_where=sql("state = 'pending'"),
            postgresql_where=sql("state = 'pending'"),
        ),
        Index("ix_event_subject_kind_subject_id", "subject_kind", "subject_id"),
    )


class Blob(Base):
    """Bytes under their own hash: raw mails and PDFs, each stored once."""

    __tablename__ = "blob"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Switch(Base):
    """A word that an owner said to the running system, such as live or stopped."""

    __tablename__ = "switch"
    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
