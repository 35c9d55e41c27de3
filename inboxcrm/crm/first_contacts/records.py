"""By when each lead must be answered first. Private to the CRM; others ask `store.py` and the verbs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from inboxcrm.base.database import Base


class FirstContact(Base):
    """The clock of a lead's first human answer, begun when it is assigned (LD-6).

    `step` counts who was told that it is late: 1 the rep, 2 whoever leads him. `look_at` is when to look next, nothing
    once there is no more to tell.
    """

    __tablename__ = "first_contact"
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), primary_key=True)
    due_at: Mapped[datetime]
    step: Mapped[int] = mapped_column(default=0)
    look_at: Mapped[datetime | None] = mapped_column(index=True)
