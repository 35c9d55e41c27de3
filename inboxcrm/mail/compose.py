"""A letter as the bytes that travel: the same input gives the same bytes, and no header can be smuggled in (S6).

The headers with ids are written by hand: the standard library folds an id longer than a line into an encoded
word, which no mail program threads by. There is no Bcc: hidden recipients are the envelope's business.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from inboxcrm.mail.domains import plain_domain
from inboxcrm.mail.errors import UnusableAddress
from inboxcrm.mail.incoming import Address
from inboxcrm.mail.scrub import scrub_line, scrub_text

_FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
_ID = re.compile(r"[!-;=?-~]{1,900}")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{1,900}={0,2}")
_LOCAL = re.compile(r"[^\s@<>()\[\]\\,;:\"]{1,128}")
_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250})")
_EMPTY_FIRST = re.compile(rb"(?m)^([A-Za-z-]+): ?\r\n[ \t]")  # a header that only begins on its second line
_TYPE = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+")
_OURS = re.compile(
    r"(?:resent-)?bcc|from|to|cc|reply-to|subject|date|message-id|in-reply-to|references|thread-index|content-.*"
)


@dataclass(frozen=True, slots=True)
class OutgoingAttachment:
    """A file that goes along; `content_type` such as application/pdf."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class InlinePicture:
    """A PNG that the HTML shows by `cid:`; `content_id` without angle brackets."""

    content_id: str
    content: bytes


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """A letter before it is bytes. `message_id`, `in_reply_to` and `references` without angle brackets.

    `thread_index` is Outlook's, in base64. `headers` are further ones, as ("Auto-Submitted", "auto-generated");
    `sent_at` is aware.
    """

    sender: Address
    to: tuple[Address, ...]
    subject: str
    text: str
    message_id: str
    sent_at: datetime
    cc: tuple[Address, ...] = ()
    reply_to: Address | None = None
    html: str | None = None
    pictures: tuple[InlinePicture, ...] = ()
    attachments: tuple[OutgoingAttachment, ...] = ()
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    thread_index: str = ""
    headers: tuple[tuple[str, str], ...] = ()


def compose_mail(mail: OutgoingMail) -> bytes:
    """The letter with CRLF line ends. Raises UnusableAddress, and ValueError for a header of ours given twice."""
    if mail.sent_at.tzinfo is None:
        raise ValueError("a letter's date needs a time zone")
    everyone = [mail.sender, *mail.to, *mail.cc, *([mail.reply_to] if mail.reply_to else [])]
    is_ascii = all(address.address.rpartition("@")[0].isascii() for address in everyone)
    message = EmailMessage(policy=SMTP if is_ascii else SMTPUTF8)
    _set_headers(message, mail)
    _set_content(message, mail)
    _fix_boundaries(message, mail.message_id)
    head, gap, body = message.as_bytes().partition(b"\r\n\r\n")
    return _id_lines(mail) + _EMPTY_FIRST.sub(rb"\1: ", head) + gap + body


def _set_headers(message: EmailMessage, mail: OutgoingMail) -> None:
    message["Date"] = format_datetime(mail.sent_at)
    message["From"] = _header_address(mail.sender)
    if mail.to:
        message["To"] = [_header_address(address) for address in mail.to]
    if mail.cc:
        message["Cc"] = [_header_address(address) for address in mail.cc]
    if mail.reply_to:
        message["Reply-To"] = _header_address(mail.reply_to)
    message["Subject"] = scrub_line(mail.subject)
    for name, value in mail.headers:
        if not _FIELD_NAME.fullmatch(name) or _OURS.fullmatch(name.lower()):
            raise ValueError(f"the header {name!r} cannot be added to a letter")
        message[name] = scrub_line(value)


def _set_content(message: EmailMessage, mail: OutgoingMail) -> None:
    message.set_content(scrub_text(mail.text))
    if mail.html is not None:
        message.add_alternative(scrub_text(mail.html), subtype="html")
        _set_pictures(message, mail.pictures)
    for attachment in mail.attachments:
        kind = attachment.content_type.lower()
        if not _TYPE.fullmatch(kind) or kind.startswith(("message/", "multipart/")):
            kind = "application/octet-stream"
        major, minor = kind.split("/")
        name = scrub_line(attachment.name) or "attachment"
        message.add_attachment(attachment.content, maintype=major, subtype=minor, filename=name)


def _set_pictures(message: EmailMessage, pictures: tuple[InlinePicture, ...]) -> None:
    """Put the pictures beside the HTML, the last part so far (RFC 2387, RFC 2392)."""
    html = message.get_body(("html",)) or message
    for picture in pictures:
        if not _ID.fullmatch(picture.content_id):
            raise ValueError(f"{picture.content_id!r} cannot be a Content-ID")
        html.add_related(picture.content, "image", "png", cid=f"<{picture.content_id}>", disposition="inline")


def _fix_boundaries(message: EmailMessage, message_id: str) -> None:
    """Boundaries from the Message-ID, not from chance; with `=_` they cannot occur in encoded content."""
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            digest = hashlib.sha256(f"{message_id} {number}".encode()).hexdigest()
            part.set_boundary(f"=_{digest[:32]}")


def _id_lines(mail: OutgoingMail) -> bytes:
    if not _ID.fullmatch(mail.message_id):
        raise ValueError(f"{mail.message_id!r} cannot be a Message-ID")
    lines = [f"Message-ID: <{mail.message_id}>"]
    if mail.in_reply_to and _ID.fullmatch(mail.in_reply_to):
        lines.append(f"In-Reply-To: <{mail.in_reply_to}>")
    references = [f"<{one}>" for one in mail.references if _ID.fullmatch(one)]
    if references:
        lines.append("References: " + "\r\n ".join(references))
    if _BASE64.fullmatch(mail.thread_index):
        lines.append(f"Thread-Index: {mail.thread_index}")
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _header_address(address: Address) -> HeaderAddress:
    local, _, domain = address.address.rpartition("@")
    domain = plain_domain(domain)
    if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise UnusableAddress(address.address)
    try:
        return HeaderAddress(scrub_line(address.name), local, domain)
    except ValueError as error:
        raise UnusableAddress(address.address) from error
