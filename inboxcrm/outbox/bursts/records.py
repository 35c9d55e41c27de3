"""Bursts. Private to the outbox; others ask `store.py` and the verbs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from inboxcrm.base.columns import RowId
from inboxcrm.base.database import Base


class Burst(Base):
    """The letters of one rule and one sweep; they await `burst:<id>` (DESIGN: sending)."""

    __tablename__ = "burst"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    rule: Mapped[str] = mapped_column(String(80))
    version: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10))  # gathering, passed, asked, released, dropped
    count: Mapped[int]
    last_at: Mapped[datetime]  # when its newest letter was written
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(200))
    __table_args__ = (Index("ix_burst_state_rule", "state", "rule"),)
