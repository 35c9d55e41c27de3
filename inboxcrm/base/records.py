"""Tables of the base: events, blobs, switches, sealed secrets and how signing in goes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from inboxcrm.base.columns import Json, RowId
from inboxcrm.base.database import Base


class Event(Base):
    """An append-only fact; also the audit log, the timeline, and the list of what is still to be reacted to."""

    __tablename__ = "event"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(60), index=True)
    subject_kind: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[int] = mapped_column(RowId)
    box_id: Mapped[int | None] = mapped_column(RowId, index=True)
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(200))
    cause_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    depth: Mapped[int] = mapped_column(default=0)  # steps of cause by rules; ends loops (V7)
    state: Mapped[str] = mapped_column(String(10), default="pending")  # pending, done, failed
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)
    __table_args__ = (
        Index(
            "ix_event_pending",
            "id",
            sqlite_where=sql("state = 'pending'"),
            postgresql_where=sql("state = 'pending'"),
        ),
        Index("ix_event_subject_kind_subject_id", "subject_kind", "subject_id"),
    )


class Blob(Base):
    """Bytes under their own hash: raw mails and PDFs, each stored once."""

    __tablename__ = "blob"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Switch(Base):
    """A word that an owner said to the running system, such as live or stopped."""

    __tablename__ = "switch"
    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]


class RetiredId(Base):
    """The highest id of a table whose row was taken back; SQLite would give it to the next row again."""

    __tablename__ = "retired_id"
    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    last: Mapped[int] = mapped_column(RowId)


class SealedSecret(Base):
    """A secret that only this installation's secret.key opens, such as the refresh token of a mailbox."""

    __tablename__ = "sealed_secret"
    name: Mapped[str] = mapped_column(String(400), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime]


class SignIn(Base):
    """How signing in to an account goes by one door: which logins failed, what a person must do.

    The door "token" is the token server: its row also says who renews the token now.
    """

    __tablename__ = "sign_in"
    account: Mapped[str] = mapped_column(String(320), primary_key=True)
    door: Mapped[str] = mapped_column(String(10), primary_key=True)  # imap, smtp, token
    state: Mapped[str] = mapped_column(String(20), default="ok")  # ok, needs_auth
    reason: Mapped[str] = mapped_column(Text, default="")
    failures: Mapped[list[str]] = mapped_column(Json, default=list)  # moments of refused logins, ISO 8601
    fingerprint: Mapped[str] = mapped_column(
        String(64), default=""
    )  # of the password that was refused, keyed
    renewer: Mapped[str] = mapped_column(String(40), default="")
    renews_until: Mapped[datetime | None]  # by the database's clock
