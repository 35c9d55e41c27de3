"""Handovers. Private to the CRM; others ask `store.py` and the verbs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from inboxcrm.base.columns import RowId
from inboxcrm.base.database import Base


class Handover(Base):
    """One box that went from one rep to another; `waiting` until its bundle is made."""

    __tablename__ = "handover"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    occasion: Mapped[str] = mapped_column(String(200), unique=True)
    box_id: Mapped[int] = mapped_column(ForeignKey("box.id"), index=True)
    old_owner: Mapped[str | None] = mapped_column(String(40))
    new_owner: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(10), index=True)  # waiting, done
    created_at: Mapped[datetime]
