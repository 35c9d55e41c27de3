"""By when each box's customer must be answered. Private to the CRM; others ask `store.py` and the verbs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from inboxcrm.base.database import Base


class OwedAnswer(Base):
    """The clock of the first mail of a box that nobody has answered (EM-6).

    It is begun by that mail and stands still until one of us writes; what the customer writes meanwhile moves it not.
    """

    __tablename__ = "owed_answer"
    box_id: Mapped[int] = mapped_column(ForeignKey("box.id"), primary_key=True)
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    __table_args__ = (Index("ix_owed_answer_due_at", "due_at"),)
