"""Our own Message-IDs: unguessable, and recognised in any answer whatever became of the domain (T2, T4)."""

from __future__ import annotations

import hashlib
import hmac
import re

MAC_DIGITS = 16
_SERIAL = re.compile(r"[A-Za-z0-9_-]{1,64}")
_OURS = re.compile(r"<?([A-Za-z0-9_-]{1,64})\.([0-9a-fA-F]{16})(?:@[^@<>\s]*)?>?")


def make_message_id(key: bytes, serial: str, domain: str) -> str:
    """`<serial>.<16 hex digits of HMAC-SHA256>@domain` without angle brackets; serial of letters, digits, - and _."""
    if not _SERIAL.fullmatch(serial):
        raise ValueError(f"{serial!r} cannot be the serial of a Message-ID")
    return f"{serial}.{_mac(key, serial)}@{domain}"


def read_message_id(key: bytes, message_id: str) -> str | None:
    """The serial, if the id bears our right code; the domain does not matter. Compared in constant time."""
    found = _OURS.fullmatch(message_id.strip())
    if found is None or not hmac.compare_digest(_mac(key, found[1]), found[2].lower()):
        return None
    return found[1]


def _mac(key: bytes, serial: str) -> str:
    return hmac.new(key, b"message-id:" + serial.encode("ascii"), hashlib.sha256).hexdigest()[:MAC_DIGITS]
