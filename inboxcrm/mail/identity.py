"""Is it the same mail? A hash of Message-ID, From, Date, subject and content (I8, I9).

The content digest is over the decoded text parts, and name, type and encoded size of the others, so that it
is the same whether a mail came whole or in parts, and whatever line ends or transfer encoding a server chose.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class TextPart:
    """A decoded body text."""

    content_type: str
    text: str


@dataclass(frozen=True, slots=True)
class OtherPart:
    """Any other part; `encoded_size` in bytes as it travels, counted with CRLF line ends, without the last one."""

    name: str
    content_type: str
    encoded_size: int


def content_digest(parts: Iterable[TextPart | OtherPart]) -> str:
    """SHA-256 in hex over the parts in their order."""
    digest = hashlib.sha256()
    for part in parts:
        if isinstance(part, TextPart):
            text = part.text.replace("\r\n", "\n") if "\r" in part.text else part.text
            _add(digest, "text", part.content_type, text.strip())
        else:
            _add(digest, "other", part.name, part.content_type, str(part.encoded_size))
    return digest.hexdigest()


def identity(
    message_id: str | None, sender: str, sent_at: datetime | None, subject: str, content: str
) -> str:
    """SHA-256 in hex; `sender` is the bare address, `content` the content digest, a missing id or date is "-"."""
    digest = hashlib.sha256()
    _add(digest, message_id or "-", sender, sent_at.isoformat() if sent_at else "-", subject, content)
    return digest.hexdigest()


def encoded_size(payload: str) -> int:
    """Bytes of a part as it travels: line ends counted as CRLF, the last ones not at all."""
    stripped = payload.rstrip("\r\n")
    if stripped.isascii() and "\r" not in stripped:
        return len(stripped) + stripped.count("\n")
    unix = stripped.replace("\r\n", "\n").encode("utf-8", "surrogateescape")
    return len(unix) + unix.count(b"\n")


def _add(digest: hashlib._Hash, *fields: str) -> None:
    """Each field with its length before it, so that no two lists of fields look alike."""
    for text in fields:
        raw = text.encode("utf-8", "replace")
        digest.update(b"%d:" % len(raw))
        digest.update(raw)
