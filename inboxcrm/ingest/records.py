"""Tables of the mailboxes and what was read in them. Private to this folder."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
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
    policy: Mapped[str | None] = mapped_column(String(8))  # the capture policy that its owner has said (V11)
    policy_at: Mapped[datetime | None]  # mail that came before is judged by the narrow one
    tended_at: Mapped[datetime | None]  # Junk and what its owner is asked about were last looked at
    waiting_told_at: Mapped[datetime | None]  # the list of waiting conversations was made (IN-16)
    error: Mapped[str | None] = mapped_column(Text)
    heartbeat_at: Mapped[datetime | None]  # its server was last looked at, to the minute (P13)
    stale_seen_at: Mapped[datetime | None]  # when it was first seen to lag (P13)
    stale_since: Mapped[datetime | None]  # its last look before an outage that people were told of
    backoff_until: Mapped[datetime | None]  # the server asked for a pause (I16)
    bytes_left: Mapped[int | None] = mapped_column(RowId)  # of the provider's budget, at that moment
    bytes_left_at: Mapped[datetime | None]


class Poller(Base):
    """A process that reads accounts, and until when it surely lives, by the database's clock."""

    __tablename__ = "poller"
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    until: Mapped[datetime]


class Folder(Base):
    """An IMAP mailbox of an account and how far it was read.

    All above `live_uid` is new. Of what lay there at first sight, the UIDs from `back_lo` to `back_hi` are still
    to be read, newest first; `back_hi` 0: all of it was.
    """

    __tablename__ = "folder"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str] = mapped_column(String(500))
    special_use: Mapped[str | None] = mapped_column(String(20))
    uidvalidity: Mapped[int] = mapped_column(RowId, default=0)
    live_uid: Mapped[int] = mapped_column(RowId, default=0)  # the cursor: the last UID taken in
    back_hi: Mapped[int] = mapped_column(RowId, default=0)
    back_lo: Mapped[int] = mapped_column(RowId, default=0)
    back_total: Mapped[int] = mapped_column(default=0)  # how many there were when reading back began
    back_done: Mapped[int] = mapped_column(default=0)
    back_started_at: Mapped[datetime | None]
    server_count: Mapped[int] = mapped_column(default=0)  # -1: places have to be compared with the server
    counted_at: Mapped[datetime | None]
    modseq: Mapped[int | None] = mapped_column(RowId)  # HIGHESTMODSEQ when labels were last asked for (I11)
    state: Mapped[str] = mapped_column(String(10), default="open")  # open, paused, gone, aside, import
    wanted_as: Mapped[str | None] = mapped_column(String(500))  # the name by which it was configured
    remote_id: Mapped[str | None] = mapped_column(String(255))  # MAILBOXID (RFC 8474)
    renumbered: Mapped[int] = mapped_column(default=0)  # how often in a row UIDVALIDITY has changed (I4)
    renumbered_at: Mapped[datetime | None]
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
    provider_thread: Mapped[str | None] = mapped_column(String(400))  # account and its conversation's id
    subject: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    new_words: Mapped[str] = mapped_column(Text)
    segments: Mapped[list[list[Any]]] = mapped_column(Json, default=list)  # [start, end, kind] of `text`
    attachments: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    intents: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    sent_at: Mapped[datetime | None]
    received_at: Mapped[datetime] = mapped_column(index=True)
    taken_in_at: Mapped[datetime]
    is_archived: Mapped[bool] = mapped_column(default=False)
    is_late: Mapped[bool] = mapped_column(default=False)  # taken in more than a day after it came (IN-16)
    is_partial: Mapped[bool] = mapped_column(default=False)  # big parts stayed there
    answers_letter_id: Mapped[int | None] = mapped_column(RowId)
    is_own_sent: Mapped[bool] = mapped_column(default=False)  # evidence (a)
    is_aligned: Mapped[bool] = mapped_column(default=False)  # evidence (b)
    made_lead: Mapped[bool] = mapped_column(default=False)  # it was the first mail of a stranger
    match_how: Mapped[str] = mapped_column(String(200))
    match_confidence: Mapped[str] = mapped_column(String(10))
    match_others: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    acted_at: Mapped[datetime | None]  # when its effects happened, once
    thread: Mapped[Thread] = relationship()  # a new one is written together with its first message


class ThreadKey(Base):
    """An id that messages of a thread have or name, with the people of those messages."""

    __tablename__ = "thread_key"
    mid_hash: Mapped[str] = mapped_column(String(32), primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), primary_key=True, index=True)
    people: Mapped[list[str]] = mapped_column(Json)  # addresses outside, and companies' domains with an @
    is_tokened: Mapped[bool] = mapped_column(default=False)


class ThreadsApart(Base):
    """Two messages of which a person said that they are not one conversation, whatever headers say."""

    __tablename__ = "threads_apart"
    first_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    second_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True, index=True)


class Filing(Base):
    """A person's correction that is remembered: mail of a sender or domain goes to a box, or is ignored."""

    __tablename__ = "filing"
    sender: Mapped[str] = mapped_column(String(320), primary_key=True)  # an address, or @domain
    box_id: Mapped[int | None] = mapped_column(RowId)  # None: ignored, unless it is wanted
    is_wanted: Mapped[bool] = mapped_column(default=False)  # never noise: a person released it (IN-10)
    made_by: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime]
    message_id: Mapped[int | None] = mapped_column(
        ForeignKey("message.id")
    )  # the mail that it was said about


class Location(Base):
    """Where a message was seen; without a message it was left out by the capture policy (V11)."""

    __tablename__ = "location"
    folder_id: Mapped[int] = mapped_column(ForeignKey("folder.id"), primary_key=True)
    uidvalidity: Mapped[int] = mapped_column(RowId, primary_key=True)
    uid: Mapped[int] = mapped_column(RowId, primary_key=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), index=True)
    received_at: Mapped[datetime]
    is_gone: Mapped[bool] = mapped_column(default=False)
    remote_id: Mapped[str | None] = mapped_column(
        String(255)
    )  # X-GM-MSGID or EMAILID: the same mail elsewhere
    labels: Mapped[list[str] | None] = mapped_column(Json)
    __table_args__ = (
        Index(
            "ix_location_remote_id",
            "remote_id",
            sqlite_where=text("remote_id IS NOT NULL"),
            postgresql_where=text("remote_id IS NOT NULL"),
        ),
    )


class Quarantine(Base):
    """What could not be worked, kept raw with its error, shown to a person (I6).

    What the server does not hand out has the stage "fetch" and no raw bytes: it is asked for three times.
    """

    __tablename__ = "quarantine"
    folder_id: Mapped[int] = mapped_column(ForeignKey("folder.id"), primary_key=True)
    uidvalidity: Mapped[int] = mapped_column(RowId, primary_key=True)
    uid: Mapped[int] = mapped_column(RowId, primary_key=True)
    raw_sha256: Mapped[str] = mapped_column(String(64))
    stage: Mapped[str] = mapped_column(String(20))
    attempts: Mapped[int] = mapped_column(default=1)
    error: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    received_at: Mapped[datetime]
    is_gone: Mapped[bool] = mapped_column(default=False)
    __table_args__ = (Index("ix_quarantine_at", "at"),)


class Offer(Base):
    """What the owner of a mailbox is asked about it: earlier mail of a person who became known, or a wider policy.

    Nothing of such mail is kept before he says so (V11). `asked_by` is the letter that asks.
    """

    __tablename__ = "offer"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(String(8))  # earlier, capture
    about: Mapped[str] = mapped_column(String(320))  # the address that became known, or the policy
    before: Mapped[datetime]  # mail from before this moment is meant
    state: Mapped[str] = mapped_column(String(8), default="new")  # new, asked, wanted, done, refused
    found: Mapped[int] = mapped_column(default=0)  # how many mails
    made_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("account_id", "kind", "about"),
        Index("ix_offer_about", "about"),
        Index("ix_offer_state", "state"),
    )


class JunkMail(Base):
    """A mail in a Junk folder from a known person, or with our token; of all others nothing is kept."""

    __tablename__ = "junk_mail"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    folder_id: Mapped[int] = mapped_column(ForeignKey("folder.id"))
    uidvalidity: Mapped[int] = mapped_column(RowId)
    uid: Mapped[int] = mapped_column(RowId)
    received_at: Mapped[datetime]
    sender: Mapped[str] = mapped_column(String(320))
    subject: Mapped[str] = mapped_column(String(300))
    why: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(8), default="seen")  # seen, told, wanted, taken, gone
    seen_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("folder_id", "uidvalidity", "uid"),
        Index("ix_junk_mail_state", "state"),
    )
