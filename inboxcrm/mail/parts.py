"""The walk over the parts of a mail: what is body text, what is attached, what reports and invites say.

Our own, because mail-parser lays the text of an attached message into the body. An attached message is an
attachment, never body text; of alternatives the plain text is taken, else the HTML as text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from inboxcrm.mail.armor import ENCRYPTED, SIGNED, without_armor
from inboxcrm.mail.calendar_part import BrokenCalendar, read_calendar
from inboxcrm.mail.charset import decode_bytes
from inboxcrm.mail.cms import signed_content
from inboxcrm.mail.content import decoded_content, encoded_size
from inboxcrm.mail.header_text import header_line
from inboxcrm.mail.html_text import html_charset, html_text
from inboxcrm.mail.identity import OtherPart, TextPart
from inboxcrm.mail.incoming import Attachment, CalendarEvent, DeliveryStatus
from inboxcrm.mail.part_fields import MAX_NAME, charset_of, disposition_of, file_name, parameter
from inboxcrm.mail.partial import LEFT_FIELD, left_length
from inboxcrm.mail.report import ORIGINAL_TYPES, STATUS_TYPES, delivery_statuses, original_message_id
from inboxcrm.mail.scrub import scrub_text
from inboxcrm.mail.split import Part, split_mail
from inboxcrm.mail.tnef import BrokenTnef, read_tnef

MAX_ATTACHED = 10
MAX_TEXT = 1_000_000  # characters; longer ones are logs, which nobody reads in a mail
BODY_TYPES = frozenset({"text/plain", "text/html", "text/enriched", "text/richtext"})
TNEF_TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
CMS_TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
CALENDAR_TYPES = frozenset({"text/calendar", "application/ics"})
MESSAGE_TYPES = frozenset({"message/rfc822", "message/global", "message/news"})
ANSWERED_METHODS = frozenset({"REQUEST", "CANCEL", "REPLY", "COUNTER", "DECLINECOUNTER", "ADD", "REFRESH"})

Keep = Callable[[Attachment, bytes], None]


@dataclass(slots=True)
class Parts:
    """What the walk has found so far; `keep` is handed each attachment with its bytes."""

    keep: Keep | None = None
    attachments: list[Attachment] = field(default_factory=list)
    attached: list[Part] = field(default_factory=list)
    content: list[TextPart | OtherPart] = field(default_factory=list)
    statuses: list[DeliveryStatus] = field(default_factory=list)
    original_message_id: str | None = None
    is_report: bool = False
    has_calendar: bool = False
    calendar: list[CalendarEvent] = field(default_factory=list)
    protection: str = ""
    hidden_text: str = ""
    defects: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Body:
    """A body as pieces of plain text or of HTML (then True): HTML is turned to text only if nobody has better."""

    pieces: tuple[tuple[str, bool], ...] = ()
    is_plain: bool = True

    def text(self) -> str:
        """The pieces that say something, one below the other."""
        texts = (html_text(piece) if is_html else piece for piece, is_html in self.pieces)
        return "\n".join(text for text in texts if text.strip())


NOTHING = Body()


def walk_parts(root: Part, keep: Keep | None = None) -> tuple[str, Parts]:
    """The body text of the whole mail, and everything else that is in it."""
    parts = Parts(keep)
    if root.kind == "multipart/report":
        parts.is_report = "delivery-status" in parameter(root.field("content-type"), "report-type")
    text = _body(root, parts).text()
    if "-----BEGIN PGP" in text:
        text, protection = without_armor(text)
        parts.protection = parts.protection or protection
    if parts.protection != ENCRYPTED and not text.strip():
        text = parts.hidden_text
    if len(text) > MAX_TEXT:
        parts.defects.add("TextTooLong")
    return scrub_text(text[:MAX_TEXT]).strip("\n"), parts


def _body(part: Part, parts: Parts) -> Body:
    """The body text of one part; attachments and reports on the way are collected into `parts`."""
    parts.defects |= part.defects
    kind = part.kind
    if kind.startswith("multipart/"):
        # A multipart whose first boundary never comes is one lump of text.
        return _container(part, part.children, parts) if part.children else _leaf(part, "text/plain", parts)
    if kind.startswith("message/"):
        _message(part, kind, parts)
        return NOTHING
    if kind in CMS_TYPES:
        return _cms(part, parts)
    return _leaf(part, kind, parts)


def _container(part: Part, children: list[Part], parts: Parts) -> Body:
    if part.kind == "multipart/encrypted":
        parts.protection = ENCRYPTED
        for child in children:
            _attach(child, child.kind, decoded_content(child), parts)
        return NOTHING
    if part.kind == "multipart/signed":
        parts.protection = parts.protection or SIGNED
    bodies = [body for child in children if (body := _body(child, parts)).pieces]
    if part.kind == "multipart/alternative":
        return next((body for body in bodies if body.is_plain), None) or _first_of_html(bodies)
    pieces = tuple(piece for body in bodies for piece in body.pieces)
    return Body(pieces, all(body.is_plain for body in bodies))


def _first_of_html(bodies: list[Body]) -> Body:
    texts = (body.text() for body in bodies)
    text = next((text for text in texts if text.strip()), "")
    return Body(((text, False),), is_plain=False) if text else NOTHING


def _message(part: Part, kind: str, parts: Parts) -> None:
    """An attached message, or one of the parts of a report."""
    inner = part.children[0] if part.children else None
    content = bytes(part.raw[part.body : part.end])
    if part.transfer_encoding in ("base64", "quoted-printable") and not (inner and inner.fields):
        content = decoded_content(part)
        inner = split_mail(content)
    if kind in STATUS_TYPES:
        parts.is_report = True
        parts.statuses.extend(delivery_statuses(part.as_message()))
    if kind in ORIGINAL_TYPES and parts.original_message_id is None:
        parts.original_message_id = original_message_id(part.as_message())
    _attach(part, kind, content, parts)
    if inner is not None and kind in MESSAGE_TYPES:
        _add_attached(inner, parts)


def _add_attached(inner: Part, parts: Parts) -> None:
    if inner.fields and len(parts.attached) < MAX_ATTACHED:
        parts.attached.append(inner)


def _cms(part: Part, parts: Parts) -> Body:
    """S/MIME in one lump (RFC 8551): what is only signed is read, what is encrypted stays as it is."""
    content = decoded_content(part)
    _attach(part, part.kind, content, parts)
    if (signed := signed_content(content)) is None:
        parts.protection = ENCRYPTED
        return NOTHING
    parts.protection = parts.protection or SIGNED
    return _body(split_mail(signed), parts)


def _leaf(part: Part, kind: str, parts: Parts) -> Body:
    disposition_field = part.field("content-disposition")
    disposition = disposition_of(disposition_field)
    name = file_name(disposition_field, part.field("content-type"))
    content = decoded_content(part)
    is_body = kind in BODY_TYPES and disposition != "attachment"
    is_body = is_body and (not name or disposition == "inline")
    if not is_body or name:
        _attach(part, kind, content, parts, name)
        _look_inside(part, kind, name, content, parts)
    if not is_body:
        return NOTHING
    charset = charset_of(part.field("content-type"))
    if charset is None and kind == "text/html":
        charset = html_charset(content)
    text = scrub_text(decode_bytes(content, charset))
    if not name:
        parts.content.append(TextPart(kind, text))
    is_html = kind != "text/plain"
    return Body(((text, is_html),), not is_html) if text.strip() else NOTHING


def _look_inside(part: Part, kind: str, name: str, content: bytes, parts: Parts) -> None:
    """Read what an attachment holds that a person would see: an invitation, Outlook's winmail.dat."""
    if kind in CALENDAR_TYPES:
        _calendar(kind, content, charset_of(part.field("content-type")), parts)
    elif kind in TNEF_TYPES or name.lower() == "winmail.dat":
        _tnef(content, parts)
    elif name.lower().endswith(".eml"):
        _add_attached(split_mail(content), parts)
    elif kind == "text/rfc822-headers" and parts.original_message_id is None:
        parts.original_message_id = original_message_id(part.as_message())


def _calendar(kind: str, content: bytes, charset: str | None, parts: Parts) -> None:
    try:
        events = read_calendar(decode_bytes(content, charset).encode())
    except BrokenCalendar:
        parts.defects.add("BrokenCalendar")
        events = ()
    known = {(event.uid, event.recurrence, event.method) for event in parts.calendar}
    parts.calendar += [e for e in events if (e.uid, e.recurrence, e.method) not in known]
    is_answered = any(event.method in ANSWERED_METHODS for event in events)
    parts.has_calendar = parts.has_calendar or kind == "text/calendar" or is_answered


def _tnef(content: bytes, parts: Parts) -> None:
    try:
        found = read_tnef(content)
    except BrokenTnef:
        parts.defects.add("BrokenTnef")
        return
    for name, file in found.files:
        _keep(Attachment(name, "application/octet-stream", len(file), _digest(file)), file, parts)
    parts.hidden_text = parts.hidden_text or found.text or html_text(found.html)


def _attach(part: Part, kind: str, content: bytes, parts: Parts, name: str | None = None) -> None:
    if name is None:
        name = file_name(part.field("content-disposition"), part.field("content-type"))
    shown = name or (_message_name(part) if kind in MESSAGE_TYPES else "")
    if (length := left_length(part.raw, part.field(LEFT_FIELD))) is not None:
        parts.attachments.append(Attachment(shown, kind, length, ""))
        parts.content.append(OtherPart(name, kind, length))
        return
    _keep(Attachment(shown, kind, len(content), _digest(content)), content, parts)
    parts.content.append(OtherPart(name, kind, encoded_size(part.raw, part.body, part.end)))


def _message_name(part: Part) -> str:
    """A name for an attached message that has none: its subject."""
    subject = header_line(part.children[0].field("subject")) if part.children else ""
    return f"{subject[: MAX_NAME - 4] or 'message'}.eml"


def _keep(attachment: Attachment, content: bytes, parts: Parts) -> None:
    parts.attachments.append(attachment)
    if parts.keep is not None:
        parts.keep(attachment, content)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
