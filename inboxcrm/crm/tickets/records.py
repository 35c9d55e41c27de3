"""Tickets. Private to the CRM; others ask `store.py` and the verbs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from inboxcrm.base.columns import RowId
from inboxcrm.base.database import Base


class Ticket(Base):
    """Of which kind the ticket of a box is, and at which of its steps it stands."""

    __tablename__ = "ticket"
    box_id: Mapped[int] = mapped_column(RowId, ForeignKey("box.id"), primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(40))  # the name of a [[ticket]]
    step: Mapped[str] = mapped_column(String(40))
    opened_at: Mapped[datetime]
