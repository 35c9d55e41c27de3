"""Tables of the mailboxes and what was read in them. Private to this folder."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inboxcrm.base.columns import Json, RowId
from inboxcrm.base.database import Base


class MailAccount(Base):
    """A watched mailbox: who reads it now, and since when its mail counts as live (IN-16)."""

    __tablename__ = "account"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    address: Mapped[str] = mapped_column(String(320), unique=True)
    live_from: Mapped[datetime]
    lease_owner: Mapped[str | None] = mapped_column(String(80))
    lease_until: Mapped[datetime | None]  # by the database's clock
    lease_fence: Mapped[int] = mapped_column(default=0)
    relook_from: Mapped[datetime | None]  # mail left out since then is judged again
    error: Mapped[str | None] = mapped_column(Text)


class Folder(Base):
    """An IMAP mailbox of an account and how far it was read."""

    __tablename__ = "folder"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str] = mapped_column(String(500))
    special_use: Mapped[str | None] = mapped_column(String(20))
    uidvalidity: Mapped[int] = mapped_column(RowId, default=0)
    live_uid: Mapped[int] = mapped_column(RowId, default=0)  # the cursor: the last UID taken in
    server_count: Mapped[int] = mapped_column(default=0)
    __table_args__ = (UniqueConstraint("account_id", "name"),)


class Thread(Base):
    """A conversation by its headers, and the box that it belongs to."""

    __tablename__ = "thread"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    box_id: Mapped[int | None] = mapped_column(RowId, index=True)


class Message(Base):
    """One mail, whatever number of folders holds it."""

    __tablename__ = "message"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    ident: Mapped[str] = mapped_column(String(64), unique=True)
    message_id: Mapped[str | None] = mapped_column(Text)
    raw_sha256: Mapped[str] = mapped_column(String(64))
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), index=True)
    box_id: Mapped[int | None] = mapped_column(RowId, index=True)
    contact_id: Mapped[int | None] = mapped_column(RowId, index=True)
    kind: Mapped[str] = mapped_column(String(20))
    kind_reason: Mapped[str] = mapped_column(String(300))
    sender: Mapped[str] = mapped_column(String(320))
    sender_name: Mapped[str] = mapped_column(String(300))
    recipients: Mapped[list[str]] = mapped_column(Json)
    outside: Mapped[list[str]] = mapped_column(Json)
    reference_ids: Mapped[list[str]] = mapped_column(Json)
    subject: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    new_words: Mapped[str] = mapped_column(Text)
    attachments: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    intents: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    sent_at: Mapped[datetime | None]
    received_at: Mapped[datetime] = mapped_column(index=True)
    taken_in_at: Mapped[datetime]
    is_archived: Mapped[bool] = mapped_column(default=False)
    answers_letter_id: Mapped[int | None] = mapped_column(RowId)
    is_own_sent: Mapped[bool] = mapped_column(default=False)  # evidence (a)
    is_aligned: Mapped[bool] = mapped_column(default=False)  # evidence (b)
    match_how: Mapped[str] = mapped_column(String(200))
    match_confidence: Mapped[str] = mapped_column(String(10))
    match_others: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    acted_at: Mapped[datetime | None]  # when its effects happened, once
    thread: Mapped[Thread] = relationship()  # a new one is written together with its first message


class MessageRef(Base):
    """An id that a message has or names: its own at position 0."""

    __tablename__ = "message_ref"
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    pos: Mapped[int] = mapped_column(primary_key=True)
    mid_hash: Mapped[str] = mapped_column(String(32), index=True)


class Location(Base):
    """Where a message was seen; without a message it was left out by the capture policy (V11)."""

    __tablename__ = "location"
    folder_id: Mapped[int] = mapped_column(ForeignKey("folder.id"), primary_key=True)
    uidvalidity: Mapped[int] = mapped_column(RowId, primary_key=True)
    uid: Mapped[int] = mapped_column(RowId, primary_key=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), index=True)
    received_at: Mapped[datetime]
    is_gone: Mapped[bool] = mapped_column(default=False)


class Quarantine(Base):
    """What could not be worked, kept raw with its error, shown to a person (I6)."""

    __tablename__ = "quarantine"
    folder_id: Mapped[int] = mapped_column(ForeignKey("folder.id"), primary_key=True)
    uidvalidity: Mapped[int] = mapped_column(RowId, primary_key=True)
    uid: Mapped[int] = mapped_column(RowId, primary_key=True)
    raw_sha256: Mapped[str] = mapped_column(String(64))
    stage: Mapped[str] = mapped_column(String(20))
    error: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    received_at: Mapped[datetime]
    is_gone: Mapped[bool] = mapped_column(default=False)
    __table_args__ = (Index("ix_quarantine_at", "at"),)
