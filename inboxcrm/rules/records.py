"""Tables of the rules: what fired, what holds, and how far each schedule was run."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text, UniqueConstraint
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
    """How far the schedule of a rule was run: the due moment last served.

    While a rule that has just come into force is being listed, what holds is noted and does not fire.
    """

    __tablename__ = "sweep"
    rule: Mapped[str] = mapped_column(String(80), primary_key=True)
    served_at: Mapped[datetime]
    is_listing: Mapped[bool] = mapped_column(default=False)


class RuleMoment(Base):
    """A moment of a record at which a rule with `at` was asked: each date of a record once."""

    __tablename__ = "rule_moment"
    rule: Mapped[str] = mapped_column(String(80), primary_key=True)
    anchor: Mapped[str] = mapped_column(String(30), primary_key=True)  # the date or time, as the database has it
    subject_id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False)


class RuleWait(Base):
    """A rule with `at` that waits after an event; its row goes when it is due."""

    __tablename__ = "rule_wait"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    rule: Mapped[str] = mapped_column(String(80))
    event_id: Mapped[int] = mapped_column(RowId)
    due_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("rule", "event_id"), Index("ix_rule_wait_due_at", "due_at"))
