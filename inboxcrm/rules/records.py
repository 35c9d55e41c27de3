"""Tables of the rules: what fired, what holds, and how far each schedule was run."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inboxcrm.base.columns import RowId
from inboxcrm.base.database import Base


class Firing(Base):
    """One carrying-out of a rule; unique per rule and occasion (V7)."""

    __tablename__ = "firing"
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    rule: Mapped[str] = mapped_column(String(80), index=True)
    version: Mapped[str] = mapped_column(String(40))
    subject_kind: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[int] = mapped_column(RowId)
    event_id: Mapped[int | None] = mapped_column(RowId)
    at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(Text)


class Episode(Base):
    """From the first sweep at which a scheduled rule's condition holds for a record to the first at which not."""

    __tablename__ = "episode"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    rule: Mapped[str] = mapped_column(String(80))
    subject_id: Mapped[int] = mapped_column(RowId)
    began_at: Mapped[datetime]
    fired_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("rule", "subject_id"),)


class Sweep(Base):
    """How far the schedule of a rule was run: the due moment last served."""

    __tablename__ = "sweep"
    rule: Mapped[str] = mapped_column(String(80), primary_key=True)
    served_at: Mapped[datetime]
