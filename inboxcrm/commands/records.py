"""The tables of command mails, each carried out once, and of what each of their lines has changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inboxcrm.base.columns import Json, RowId
from inboxcrm.base.database import Base


class CommandMail(Base):
    """A user's mail to us alone: waiting for proof, carried out, or refused."""

    __tablename__ = "command_mail"
    message_id: Mapped[int] = mapped_column(RowId, primary_key=True)
    state: Mapped[str] = mapped_column(String(12), default="waiting")  # waiting, done, refused
    evidence: Mapped[str] = mapped_column(String(60), default="")
    wait_until: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(Text, default="")
    __table_args__ = (Index("ix_command_mail_state_wait_until", "state", "wait_until"),)


class ChangeSet(Base):
    """What one line of a command mail has changed, so that it can be undone (EM-4, MG-8)."""

    __tablename__ = "change_set"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    message_id: Mapped[int] = mapped_column(RowId)
    line: Mapped[int]  # its number in the receipt, from 1
    word: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    box_id: Mapped[int | None] = mapped_column(RowId)
    changes: Mapped[list[list[Any]]] = mapped_column(Json)  # steps of base/journal.py, in order
    events: Mapped[list[int]] = mapped_column(Json)
    letters: Mapped[list[int]] = mapped_column(Json)
    lasting: Mapped[str] = mapped_column(String(60), default="")  # why it cannot be undone
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None] = mapped_column(String(200))
    __table_args__ = (UniqueConstraint("message_id", "line"),)
