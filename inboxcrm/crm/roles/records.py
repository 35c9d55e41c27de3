"""The roles of contacts. Private to the CRM; others ask `store.py` and the verbs."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from inboxcrm.base.columns import RowId
from inboxcrm.base.database import Base


class ContactRole(Base):
    """What a person is on one deal, or at his organization for every deal of it (box_id 0)."""

    __tablename__ = "contact_role"
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(40), primary_key=True)
    box_id: Mapped[int] = mapped_column(RowId, primary_key=True, default=0, index=True)
