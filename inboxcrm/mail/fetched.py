"""The plain values that a mailbox is asked with and answers in, and how its answers become them."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from inboxcrm.mail.encryption import Security

BATCH_MESSAGES = 250
BATCH_BYTES = 8_000_000
SMALL = BATCH_BYTES // BATCH_MESSAGES // 2  # half of what may be fetched at once is left for the bigger ones among them
_UTF7 = re.compile(r"&([A-Za-z0-9+,]{0,400})-")


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
    remote_id: str | None = None  # MAILBOXID (RFC 8474), where the server has it


@dataclass(frozen=True, slots=True)
class Glance:
    """What is asked about a message before its bytes: see `Fetched`.

    Without `received_at`, which then comes with the bytes, `size` is the most that it can be.
    """

    uid: int
    size: int
    received_at: datetime | None
    remote_id: str | None = None
    labels: tuple[str, ...] = ()


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


def batches(glances: Iterable[Glance], most: int = BATCH_MESSAGES) -> Iterator[list[Glance]]:
    """Glances in groups of at most `most` messages and BATCH_BYTES; one too big goes alone."""
    batch: list[Glance] = []
    total = 0
    for glance in glances:
        if batch and (len(batch) >= most or total + glance.size > BATCH_BYTES):
            yield batch
            batch, total = [], 0
        batch.append(glance)
        total += glance.size
    if batch:
        yield batch


def glance_of(uid: int, row: dict[bytes, Any]) -> Glance:
    """One row of a FETCH answer as a glance. Raises ValueError without INTERNALDATE."""
    emailid = row.get(b"EMAILID")
    remote_id = row.get(b"X-GM-MSGID") or (emailid[0] if isinstance(emailid, tuple) and emailid else None)
    name = text_of(remote_id)[:255] if remote_id else None
    return Glance(uid, int(row.get(b"RFC822.SIZE", 0)), received_at_of(row), name, labels_of_row(row))


def labels_of_row(row: dict[bytes, Any]) -> tuple[str, ...]:
    """Gmail's labels of a mail in lower case, its own ones with a backslash."""
    return tuple(decode_utf7(label).lower() for label in row.get(b"X-GM-LABELS") or ())


def message_of(glance: Glance, row: dict[bytes, Any]) -> Fetched | None:
    """One row of a FETCH answer as a message, None if there are no bytes. Raises ValueError for a wrong date."""
    raw = row.get(b"BODY[]")
    if not raw:
        return None
    at = glance.received_at
    size = glance.size if at else len(raw)
    if at is None or b"INTERNALDATE" in row:
        at = received_at_of(row)
    return Fetched(glance.uid, at, size, raw, glance.remote_id, glance.labels)


def received_at_of(row: dict[bytes, Any]) -> datetime:
    """INTERNALDATE of a row in UTC. Raises ValueError if there is none."""
    return _in_utc(row.get(b"INTERNALDATE"))


def decode_utf7(label: object) -> str:
    """A label of Gmail, in the encoding of folder names (RFC 3501 section 5.1.3), as text."""
    given = label if isinstance(label, bytes) else str(label).encode("utf-8", "replace")
    text = given.decode("utf-8", "replace")
    return _UTF7.sub(_decode_shift, text)


def _decode_shift(found: re.Match[str]) -> str:
    inner = found[1]
    if not inner:
        return "&"
    try:
        padded = inner.replace(",", "/") + "=" * (-len(inner) % 4)
        return base64.b64decode(padded, validate=True).decode("utf-16-be")
    except (ValueError, UnicodeDecodeError):
        return found[0]


def head_of(uid: int, row: dict[bytes, Any]) -> FetchedHead | None:
    """One row of a FETCH answer as headers, None if the server sent none."""
    header = next((value for key, value in row.items() if key.startswith(b"BODY[HEADER.FIELDS")), None)
    if header is None:
        return None
    flags = (*(text_of(flag) for flag in row.get(b"FLAGS", ())), *labels_of_row(row))
    keywords = tuple(word for word in flags if not word.startswith("\\"))
    size = int(row.get(b"RFC822.SIZE", 0))
    return FetchedHead(uid, _in_utc(row.get(b"INTERNALDATE")), size, header, keywords)


def _in_utc(internal: datetime | None) -> datetime:
    if internal is None:
        raise ValueError("a message without INTERNALDATE")
    return internal.replace(tzinfo=UTC) if internal.tzinfo is None else internal.astimezone(UTC)


def text_of(value: object) -> str:
    """A flag, name or delimiter of the library as text."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value or "")
