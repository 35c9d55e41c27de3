"""Tables of notices that have not left yet. Private to this folder."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from inboxcrm.base.columns import Json, RowId
from inboxcrm.base.database import Base


class WaitingNotice(Base):
    """What a user is to be told, with others of the same minutes, or once it is seen that he did not get the mail."""

    __tablename__ = "waiting_notice"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    occasion: Mapped[str] = mapped_column(String(300), unique=True)
    user: Mapped[str] = mapped_column(String(40))
    box_id: Mapped[int] = mapped_column(RowId)
    message_id: Mapped[int | None] = mapped_column(RowId)
    headline: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    row: Mapped[str] = mapped_column(Text)
    commands: Mapped[list[str] | None] = mapped_column(Json)
    is_pressing: Mapped[bool] = mapped_column(default=False)  # it waits for the mail alone, not for others
    look_at: Mapped[datetime]  # not before: the mail may still come into his INBOX
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(8), default="waiting")  # waiting, told, dropped
    made_at: Mapped[datetime]
    __table_args__ = (Index("ix_waiting_notice_state_due_at", "state", "due_at"),)


class NoticeTurn(Base):
    """When a user was last told something that need not have come at once."""

    __tablename__ = "notice_turn"
    user: Mapped[str] = mapped_column(String(40), primary_key=True)
    told_at: Mapped[datetime]
