"""Tables of snippets and of technical questions. Private to this folder."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from inboxcrm.base.columns import RowId
from inboxcrm.base.database import Base


class Snippet(Base):
    """A piece of text that answers a question which comes again (EM-9)."""

    __tablename__ = "snippet"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    title_key: Mapped[str] = mapped_column(String(240), unique=True)  # in one case, white space collapsed
    language: Mapped[str] = mapped_column(String(2))  # ISO 639; "" if it could not be told
    text: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)  # by which it is found: of title, text and the question
    made_by: Mapped[str] = mapped_column(String(40))
    made_at: Mapped[datetime]
    used: Mapped[int] = mapped_column(default=0)


class TechnicalQuestion(Base):
    """A customer's question on its way up the ladder, one for each mail that asks it."""

    __tablename__ = "technical_question"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    message_id: Mapped[int] = mapped_column(RowId, unique=True)
    box_id: Mapped[int] = mapped_column(RowId, index=True)
    rung: Mapped[str] = mapped_column(String(10))  # snippet, colleague, call, on site
    user: Mapped[str] = mapped_column(String(40))  # who answers the customer
    colleague: Mapped[str | None] = mapped_column(String(40))
    why: Mapped[str] = mapped_column(Text, default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]
    moved_at: Mapped[datetime]
