"""Tables of the outbox. Private to this folder."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inboxcrm.base.columns import Json, RowId
from inboxcrm.base.database import Base


class Letter(Base):
    """A mail of ours that is to leave, or a draft laid into somebody's Drafts folder."""

    __tablename__ = "letter"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    form: Mapped[str] = mapped_column(String(10))  # letter, draft
    kind: Mapped[str] = mapped_column(String(40))
    # (kind, document, version, recipients, step): what makes a letter unique (S5).
    dedupe: Mapped[str] = mapped_column(String(200), unique=True)
    account: Mapped[str] = mapped_column(String(320))
    serial: Mapped[str] = mapped_column(String(32), unique=True)
    message_id: Mapped[str] = mapped_column(String(400), unique=True)
    sent_message_id: Mapped[str | None] = mapped_column(
        String(998), index=True
    )  # as a mail client rewrote it
    user: Mapped[str | None] = mapped_column(String(40))  # the addressee, if one of us
    subject: Mapped[str] = mapped_column(String(998))
    template: Mapped[str] = mapped_column(String(60))
    facts: Mapped[dict[str, Any]] = mapped_column(Json)
    attachments: Mapped[list[dict[str, str]]] = mapped_column(Json)
    awaits: Mapped[str | None] = mapped_column(String(60), index=True)  # the paper that must be there first
    in_reply_to: Mapped[str | None] = mapped_column(String(998))
    references: Mapped[list[str]] = mapped_column(Json)
    thread_index: Mapped[str | None] = mapped_column(String(700))  # Outlook's (T3)
    box_id: Mapped[int | None] = mapped_column(RowId, index=True)
    document_id: Mapped[int | None] = mapped_column(RowId, index=True)
    run_id: Mapped[int | None] = mapped_column(RowId, index=True)  # of the sequence that sends it (EM-8)
    is_outside: Mapped[bool]
    is_capped: Mapped[bool] = mapped_column(default=True)  # counts for the caps per address (L1)
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    phase: Mapped[str] = mapped_column(String(8), default="")
    due_at: Mapped[datetime]
    fence: Mapped[int] = mapped_column(default=0)
    claimed_until: Mapped[datetime | None]  # by the database's clock
    mime_sha256: Mapped[str | None] = mapped_column(String(64))
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    recipients: Mapped[list[LetterRecipient]] = relationship(order_by="LetterRecipient.id")
    __table_args__ = (Index("ix_letter_state_due_at", "state", "due_at"),)


class LetterRecipient(Base):
    """One addressee of a letter, with what became of it there (S3)."""

    __tablename__ = "letter_recipient"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), index=True)
    address: Mapped[str] = mapped_column(String(320))
    name: Mapped[str] = mapped_column(String(200))
    field: Mapped[str] = mapped_column(String(4))  # to, cc
    state: Mapped[str] = mapped_column(String(10), default="waiting")  # waiting, sent, failed, bounced
    code: Mapped[int | None]
    text: Mapped[str | None] = mapped_column(Text)
    peer: Mapped[str | None] = mapped_column(String(320))  # what it counts under (L1)
    taken_at: Mapped[datetime | None]  # since when it counts
    __table_args__ = (Index("ix_letter_recipient_peer_taken_at", "peer", "taken_at"),)


class LetterLine(Base):
    """A numbered line of a digest or notice that a reply can act on."""

    __tablename__ = "letter_line"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))
    number: Mapped[int]
    subject_kind: Mapped[str] = mapped_column(String(10))  # task, box, message, junk, offer
    subject_id: Mapped[int] = mapped_column(RowId)
    letter: Mapped[Letter] = relationship()  # is written first
    __table_args__ = (UniqueConstraint("letter_id", "number"),)


class Attempt(Base):
    """One try to send a letter: a log for people."""

    __tablename__ = "attempt"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), index=True)
    fence: Mapped[int]
    at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(12))
    detail: Mapped[str] = mapped_column(Text)


class Suppression(Base):
    """An address that no letter goes to any more, as a server said that nobody is there (EM-8)."""

    __tablename__ = "suppression"
    address: Mapped[str] = mapped_column(String(320), primary_key=True)
    reason: Mapped[str] = mapped_column(String(40))
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))  # whose bounce said so
    at: Mapped[datetime]
