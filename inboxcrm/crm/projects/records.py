"""Projects. Private to the CRM; others ask `store.py` and the verbs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from inboxcrm.base.columns import Json, RowId
from inboxcrm.base.database import Base


class Project(Base):
    """What a won deal starts, once."""

    __tablename__ = "project"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    opportunity_id: Mapped[int] = mapped_column(ForeignKey("opportunity.id"), unique=True)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    state: Mapped[str] = mapped_column(String(20))  # started
    # Who takes part, as it was when the deal was won: contact, name, address, roles.
    stakeholders: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    created_at: Mapped[datetime]
