"""Calls of webhooks. Private to the outbox; others ask `store.py` and the verbs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from inboxcrm.base.columns import RowId
from inboxcrm.base.database import Base


class WebhookCall(Base):
    """One thing to be told to one webhook."""

    __tablename__ = "webhook_call"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    delivery: Mapped[str] = mapped_column(String(40), unique=True)  # by which the receiver drops doubles
    dedupe: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(40))  # of [[webhook]]
    box_id: Mapped[int | None] = mapped_column(RowId)
    told: Mapped[str] = mapped_column(String(60))  # the event, or the rule
    body: Mapped[str] = mapped_column(Text)  # JSON; empty once it is over
    state: Mapped[str] = mapped_column(String(10))  # waiting, claimed, delivered, failed
    fence: Mapped[int]
    attempts: Mapped[int]
    due_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]  # by the database's clock
    code: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_webhook_call_state_due_at", "state", "due_at"),)
