"""The table of command mails: each is carried out once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from inboxcrm.base.columns import RowId
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
