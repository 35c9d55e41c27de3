"""Tags. Private to the CRM; others ask `store.py` and the verbs."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from inboxcrm.base.columns import RowId
from inboxcrm.base.database import Base


class BoxTag(Base):
    """One tag of a box."""

    __tablename__ = "box_tag"
    box_id: Mapped[int] = mapped_column(RowId, ForeignKey("box.id"), primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
