"""The plain value of one parsed mail, made by `parse_mail`; of the wire only attachments' bytes are left in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox: the display name as decoded ("" if none) and the address in lower case."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """The part behind the last @, "" if there is none."""
        return self.address.rpartition("@")[2] if "@" in self.address else ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """One part that is no body text; `name` is foreign text and never a path. `size` in bytes, decoded."""

    name: str
    content_type: str
    size: int
    sha256: str
    content: bytes


@dataclass(frozen=True, slots=True)
class DeliveryStatus:
    """What a delivery report says of one recipient (RFC 3464 section 2.3); lower-case address and action.

    `address` is the one that was written to, as far as the report names it; `also` are others for the same recipient.
    """

    address: str
    action: str
    status: str
    diagnostic: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Incoming:
    """One mail as read. Text is scrubbed of NUL, lone surrogates and control characters; ids have no brackets.

    `headers` holds every header line from top to bottom as (lower-cased name, decoded value).
    `sent_at` is the sender's claim in UTC, None where absent or absurd (I18).
    `ident` is the identity hash of `inboxcrm.mail.identity` in hex; empty for headers alone.
    """

    ident: str
    message_id: str | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    sender: Address | None
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    sent_at: datetime | None
    text: str
    attachments: tuple[Attachment, ...]
    headers: tuple[tuple[str, str], ...]
    content_type: str
    is_report: bool = False
    delivery_statuses: tuple[DeliveryStatus, ...] = ()
    original_message_id: str | None = None
    has_calendar: bool = False
    defects: tuple[str, ...] = ()

    def header(self, name: str) -> str | None:
        """The topmost value of a header, None if it is absent."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key == wanted), None)

    def all_headers(self, name: str) -> tuple[str, ...]:
        """Every value of a header, from top to bottom."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key == wanted)
