"""Runs of sequences. Private to the outbox; others ask `store.py` and the verbs of `outbox/sequence.py`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from inboxcrm.base.columns import Json, RowId
from inboxcrm.base.database import Base

IS_GOING = sql("ended_at IS NULL")


class SequenceRun(Base):
    """One run of a sequence over a record: of one record a sequence has at most one that has not ended."""

    __tablename__ = "sequence_run"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    rule: Mapped[str] = mapped_column(String(80))
    version: Mapped[str] = mapped_column(String(40))  # in force when it began
    subject_kind: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[int] = mapped_column(RowId)
    box_id: Mapped[int] = mapped_column(RowId, index=True)
    contact_id: Mapped[int | None] = mapped_column(RowId, index=True)  # of the box, when it began
    occasion: Mapped[str] = mapped_column(String(200), unique=True)  # the key of the firing that began it
    event_id: Mapped[int | None] = mapped_column(RowId)
    step: Mapped[int]  # which one is next, counted from 0
    state: Mapped[str] = mapped_column(String(10))  # running, paused, stopped, finished
    due_at: Mapped[datetime]  # when the next step is due, or the pause is over
    begun_at: Mapped[datetime]
    stepped_at: Mapped[datetime]  # when the last step was done; its begin before the first one
    heard: Mapped[list[int]] = mapped_column(Json)  # mails that were there before it
    reason: Mapped[str | None] = mapped_column(Text)  # why it is paused, or was stopped
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(200))
    __table_args__ = (
        Index(
            "uq_sequence_run_going",
            "rule",
            "subject_kind",
            "subject_id",
            unique=True,
            sqlite_where=IS_GOING,
            postgresql_where=IS_GOING,
        ),
        Index("ix_sequence_run_due_at", "due_at", sqlite_where=IS_GOING, postgresql_where=IS_GOING),
    )
