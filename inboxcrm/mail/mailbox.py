"""The plain values that a mailbox is asked with and answers in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from inboxcrm.mail.encryption import Security


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
    """One whole message; `received_at` is INTERNALDATE in UTC, `size` what the server says in bytes."""

    uid: int
    received_at: datetime
    size: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class FetchedHead:
    """The few headers that the capture policy looks at, and keywords (labels), nothing else (I19)."""

    uid: int
    received_at: datetime
    size: int
    header: bytes
    keywords: tuple[str, ...]
