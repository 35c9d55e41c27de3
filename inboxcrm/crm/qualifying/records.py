"""The table of what is known of a lead's worth. Private to this folder of the house; others ask `store.py`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from inboxcrm.base.columns import Json, RowId
from inboxcrm.base.database import Base


class Qualification(Base):
    """Budget, authority, need and timeline of a lead, its points, and what its deal may be worth (LD-7, LD-8, OP-13).

    `said` tells by field who said it, when and why; `points` tells by part what was computed, and of what.
    """

    __tablename__ = "qualification"
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), primary_key=True)
    budget: Mapped[str | None] = mapped_column(String(10))  # yes, no, unknown
    authority: Mapped[str | None] = mapped_column(String(10))  # yes, no
    need: Mapped[str | None] = mapped_column(String(10))  # yes, no
    timeline: Mapped[str | None] = mapped_column(String(10))  # urgent, mid-term, unclear
    employees: Mapped[int | None]
    branch: Mapped[str | None] = mapped_column(String(100))  # the industry, in words
    size: Mapped[int | None]  # points from 1 to 5, said or computed; nothing: unknown
    industry: Mapped[int | None]
    engagement: Mapped[int | None]
    fit: Mapped[int | None]
    estimate_minor: Mapped[int | None] = mapped_column(RowId)
    currency: Mapped[str | None] = mapped_column(String(3))
    said: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    points: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    scored_at: Mapped[datetime | None]
