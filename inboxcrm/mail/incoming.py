"""The plain values of one parsed mail, made by `parse_mail`; small, as they come back from another process.

The bytes of an attachment are not in it: `attachment_content` reads them out of the raw mail again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from inboxcrm.mail.header_text import header_line


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
    """One part that is no body text; `name` is foreign text and never a path. `size` in bytes, decoded.

    An attached message is one too, with its bytes as an .eml; what was in a winmail.dat follows it.
    """

    name: str
    content_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Attendee:
    """One who is asked to a meeting; `partstat` in upper case as RFC 5545 has it (ACCEPTED, DECLINED, …)."""

    address: str
    name: str
    partstat: str


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One VEVENT of an invitation (RFC 5545, 5546). `method` in upper case, "" where none is given.

    `starts` and `ends` are aware UTC datetimes, or dates where the event takes whole days (`ends` is the day
    after the last). A time without a zone is taken as UTC. `recurrence` names the one occurrence that is meant,
    None for all.
    """

    method: str
    uid: str
    sequence: int
    recurrence: datetime | date | None
    starts: datetime | date | None
    ends: datetime | date | None
    summary: str
    location: str
    organizer: str
    attendees: tuple[Attendee, ...]
    status: str
    last_modified_at: datetime | None
    is_recurring: bool


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

    `fields` holds every header line from top to bottom as (lower-cased name, value as it was written); they are
    decoded when they are asked for, as most never are. `names` are the names among them.
    `sent_at` is the sender's claim in UTC, None where absent or absurd (I18).
    `attached` holds the messages that came attached, ten at most and none that a delivery report returns; of
    what is attached to them in turn only their `attachments` tell. The .eml of each is in `attachments`.
    `protection` is "signed", "encrypted" (then nothing can be read of the body) or "" (I20).
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
    fields: tuple[tuple[str, str], ...]
    names: frozenset[str]
    content_type: str
    is_report: bool = False
    delivery_statuses: tuple[DeliveryStatus, ...] = ()
    original_message_id: str | None = None
    has_calendar: bool = False
    calendar: tuple[CalendarEvent, ...] = ()
    attached: tuple[Incoming, ...] = ()
    protection: str = ""
    defects: tuple[str, ...] = ()

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """Every header line from top to bottom as (lower-cased name, decoded value)."""
        return tuple((name, header_line(value)) for name, value in self.fields)

    def header(self, name: str) -> str | None:
        """The topmost value of a header, None if it is absent."""
        wanted = name.lower()
        if wanted not in self.names:  # asked many times for each mail
            return None
        return next(header_line(value) for key, value in self.fields if key == wanted)

    def all_headers(self, *names: str) -> tuple[str, ...]:
        """Every value of headers with these lower-case names, from top to bottom."""
        if self.names.isdisjoint(names):
            return ()
        return tuple(header_line(value) for key, value in self.fields if key in names)
