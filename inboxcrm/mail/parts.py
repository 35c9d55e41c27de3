"""The walk over the parts of a mail: what is body text, what is attached, what reports and invites say.

Our own, because mail-parser lays the text of an attached message into the body. An attached message is an
attachment, never body text; of alternatives the plain text is taken, else the HTML as text.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from email.generator import BytesGenerator
from email.message import Message
from io import BytesIO

from inboxcrm.mail.charset import decode_bytes
from inboxcrm.mail.header_text import decode_words, readable
from inboxcrm.mail.html_text import html_text
from inboxcrm.mail.identity import OtherPart, TextPart, encoded_size
from inboxcrm.mail.incoming import Attachment, DeliveryStatus
from inboxcrm.mail.report import ORIGINAL_TYPES, STATUS_TYPES, delivery_statuses, original_message_id
from inboxcrm.mail.scrub import scrub_line, scrub_text

MAX_PARTS = 1000
MAX_NAME = 200
BODY_TYPES = frozenset({"text/plain", "text/html", "text/enriched", "text/richtext"})
NAMING_FIELDS = ("content-disposition", "content-type")


@dataclass(slots=True)
class Parts:
    """What the walk has found so far."""

    attachments: list[Attachment] = field(default_factory=list)
    content: list[TextPart | OtherPart] = field(default_factory=list)
    statuses: list[DeliveryStatus] = field(default_factory=list)
    original_message_id: str | None = None
    is_report: bool = False
    has_calendar: bool = False
    defects: set[str] = field(default_factory=set)
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Body:
    """A body text and whether it was written as plain text."""

    text: str
    is_plain: bool


NOTHING = Body("", True)


def walk_parts(message: Message) -> tuple[str, Parts]:
    """The body text of the whole mail, and everything else that is in it."""
    parts = Parts()
    parts.is_report = message.get_content_type() == "multipart/report" and "delivery-status" in str(
        message.get_param("report-type", "")
    )
    return scrub_text(_body(message, parts).text).strip("\n"), parts


def _body(part: Message, parts: Parts) -> Body:
    """The body text of one part; attachments and reports on the way are collected into `parts`."""
    parts.seen += 1
    parts.defects.update(type(defect).__name__ for defect in part.defects)
    if parts.seen > MAX_PARTS:
        parts.defects.add("TooManyParts")
        return NOTHING
    kind = part.get_content_type()
    if kind.startswith("multipart/"):
        # A multipart whose first boundary never comes is one lump of text.
        return _container(part, kind, parts) if part.is_multipart() else _leaf(part, "text/plain", parts)
    if part.is_multipart() or kind.startswith("message/"):
        _message(part, kind, parts)
        return NOTHING
    return _leaf(part, kind, parts)


def _container(part: Message, kind: str, parts: Parts) -> Body:
    children = part.get_payload()
    bodies = [_body(child, parts) for child in children if isinstance(child, Message)]
    bodies = [body for body in bodies if body.text.strip()]
    if kind == "multipart/alternative":
        return next((body for body in bodies if body.is_plain), bodies[0] if bodies else NOTHING)
    return Body("\n".join(body.text for body in bodies), all(body.is_plain for body in bodies))


def _message(part: Message, kind: str, parts: Parts) -> None:
    """An attached message, or one of the parts of a report."""
    if kind in STATUS_TYPES:
        parts.is_report = True
        parts.statuses.extend(delivery_statuses(part))
    if kind in ORIGINAL_TYPES and parts.original_message_id is None:
        parts.original_message_id = original_message_id(part)
    payload = part.get_payload()
    if isinstance(payload, list):
        blocks = [_as_bytes(inner) for inner in payload if isinstance(inner, Message)]
        content = (b"\n" if kind in STATUS_TYPES else b"").join(blocks)
    else:
        content = _content(part)
    _attach(part, kind, content, parts, encoded_size(content.decode("ascii", "surrogateescape")))


def _leaf(part: Message, kind: str, parts: Parts) -> Body:
    disposition = part.get_content_disposition()
    name = file_name(part)
    content = _content(part)
    is_body = kind in BODY_TYPES and disposition != "attachment"
    is_body = is_body and (not name or disposition == "inline")
    if not is_body or name:
        payload = part.get_payload()
        size = encoded_size(payload) if isinstance(payload, str) else len(content)
        _attach(part, kind, content, parts, size)
        parts.has_calendar = parts.has_calendar or kind == "text/calendar"
        if kind == "text/rfc822-headers" and parts.original_message_id is None:
            parts.original_message_id = original_message_id(part)
    if not is_body:
        return NOTHING
    text = decode_bytes(content, _charset(part))
    if not name:
        parts.content.append(TextPart(kind, scrub_text(text)))
    return Body(text, True) if kind == "text/plain" else Body(html_text(text), False)


def _attach(part: Message, kind: str, content: bytes, parts: Parts, size: int) -> None:
    name = file_name(part)
    digest = hashlib.sha256(content).hexdigest()
    parts.attachments.append(Attachment(name, kind, len(content), digest, content))
    parts.content.append(OtherPart(name, kind, size))


def file_name(part: Message) -> str:
    """The name the sender gave the part, one scrubbed line, "" if none; foreign text, never a path."""
    view = Message()
    for field_name, value in part.raw_items():
        if field_name.lower() in NAMING_FIELDS:
            view[field_name] = readable(str(value))
    try:
        given = view.get_filename("")
    except (ValueError, TypeError, LookupError, AttributeError):
        return ""
    return scrub_line(decode_words(str(given)))[:MAX_NAME]


def _charset(part: Message) -> str | None:
    try:
        return part.get_content_charset()
    except (ValueError, TypeError, LookupError, AttributeError):
        return None


def _content(part: Message) -> bytes:
    """The decoded bytes of a part; as they travelled where the transfer encoding is broken beyond use."""
    try:
        content = part.get_payload(decode=True)
    except (ValueError, TypeError, AttributeError):
        raw = part.get_payload()
        content = raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else b""
    return content if isinstance(content, bytes) else b""


def _as_bytes(message: Message) -> bytes:
    out = BytesIO()
    try:
        BytesGenerator(out, mangle_from_=False, maxheaderlen=0).flatten(message)
    except (ValueError, TypeError, LookupError, AttributeError):
        return out.getvalue()
    return out.getvalue()
