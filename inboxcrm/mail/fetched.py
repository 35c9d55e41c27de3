"""The plain values that a mailbox is asked with and answers in, and how its answers become them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from inboxcrm.mail.encryption import Security

BATCH_MESSAGES = 250
BATCH_BYTES = 8_000_000


@dataclass(frozen=True, slots=True)
class ImapServer:
    """Where a mailbox is and how to get in; `ca_file` replaces the system's authorities, timeouts in seconds."""

    host: str
    port: int
    security: Security
    user: str
    password: str = field(repr=False)
    ca_file: str | None = None
    timeout_s: float = 60
    token: str = field(default="", repr=False)  # instead of the password: XOAUTH2 or OAUTHBEARER

    @property
    def place(self) -> str:
        """The server and the account, for error messages."""
        return f"{self.user} at {self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class FolderState:
    """What EXAMINE says: UIDs are valid for this `uidvalidity` only, and all are below `uidnext`."""

    uidvalidity: int
    uidnext: int
    exists: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """One message; `received_at` is INTERNALDATE in UTC, `size` what the server says in bytes.

    `remote_id` names the same mail in other folders of its account (X-GM-MSGID, or EMAILID of RFC 8474), `labels`
    are Gmail's, in lower case. A partial one lacks its big parts, as `mail.partial` writes them.
    """

    uid: int
    received_at: datetime
    size: int
    raw: bytes
    remote_id: str | None = None
    labels: tuple[str, ...] = ()
    is_partial: bool = False


@dataclass(frozen=True, slots=True)
class FetchedHead:
    """The few headers that the capture policy looks at, and keywords (labels), nothing else (I19)."""

    uid: int
    received_at: datetime
    size: int
    header: bytes
    keywords: tuple[str, ...]


def batches(sizes: Iterator[tuple[int, int]]) -> Iterator[list[int]]:
    """UIDs of (uid, size) in groups of at most BATCH_MESSAGES and BATCH_BYTES; one too big goes alone."""
    batch: list[int] = []
    total = 0
    for uid, size in sizes:
        if batch and (len(batch) >= BATCH_MESSAGES or total + size > BATCH_BYTES):
            yield batch
            batch, total = [], 0
        batch.append(uid)
        total += size
    if batch:
        yield batch


def message_of(uid: int, row: dict[bytes, Any]) -> Fetched:
    """One row of a FETCH answer as a message. Raises ValueError if it has no INTERNALDATE."""
    raw = row[b"BODY[]"] or b""
    return Fetched(uid, _in_utc(row.get(b"INTERNALDATE")), int(row.get(b"RFC822.SIZE", len(raw))), raw)


def head_of(uid: int, row: dict[bytes, Any]) -> FetchedHead | None:
    """One row of a FETCH answer as headers, None if the server sent none."""
    header = next((value for key, value in row.items() if key.startswith(b"BODY[HEADER.FIELDS")), None)
    if header is None:
        return None
    keywords = tuple(text_of(flag) for flag in row.get(b"FLAGS", ()) if not flag.startswith(b"\\"))
    size = int(row.get(b"RFC822.SIZE", 0))
    return FetchedHead(uid, _in_utc(row.get(b"INTERNALDATE")), size, header, keywords)


def _in_utc(internal: datetime | None) -> datetime:
    if internal is None:
        raise ValueError("a message without INTERNALDATE")
    return internal.replace(tzinfo=UTC) if internal.tzinfo is None else internal.astimezone(UTC)


def text_of(value: object) -> str:
    """A flag, name or delimiter of the library as text."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value or "")
