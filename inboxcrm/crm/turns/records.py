"""The turns that reps had. Private to the CRM; others ask `store.py` and the verbs."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from inboxcrm.base.columns import RowId
from inboxcrm.base.database import Base


class Turn(Base):
    """When a rep last had his turn: the number counts all turns of all reps; 0 if he never had one (LD-5)."""

    __tablename__ = "turn"
    user: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int] = mapped_column(RowId, default=0)
