"""The table of erased addresses. Private to this folder."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from inboxcrm.base.database import Base


class ErasedAddress(Base):
    """A keyed hash of an address whose owner was erased, and when: what he wrote before then stays out."""

    __tablename__ = "erased_address"
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime]
