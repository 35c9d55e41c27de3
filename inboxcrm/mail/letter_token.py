"""Our own Message-IDs: unguessable, and recognised in any answer whatever became of the domain (T2, T4).

Mail systems rewrite Message-IDs, drop References and strip headers, so the same code travels in four ways: in the
Message-ID, in the References that an answer repeats, in the address that it is sent to, and in a line at the end of
the text that it quotes.
"""

from __future__ import annotations

import hashlib
import hmac
import re

MAC_DIGITS = 16
_SERIAL = re.compile(r"[A-Za-z0-9_-]{1,64}")
_OURS = re.compile(r"<?([A-Za-z0-9_-]{1,64})\.([0-9a-fA-F]{16})(?:@[^@<>\s]*)?>?")
_PLUS = re.compile(r"[^+@]*\+([A-Za-z0-9_-]{1,64}\.[0-9a-fA-F]{16})@")
_MARK = re.compile(r"\[ref ([A-Za-z0-9_-]{1,64}\.[0-9a-fA-F]{16})\]")
MOST_MARKS = 20


def make_message_id(key: bytes, serial: str, domain: str) -> str:
    """`<serial>.<16 hex digits of HMAC-SHA256>@domain` without angle brackets; serial of letters, digits, - and _."""
    return f"{make_token(key, serial)}@{domain}"


def make_token(key: bytes, serial: str) -> str:
    """The part before the @: a letter's serial and its code. Raises ValueError for what cannot be a serial."""
    if not _SERIAL.fullmatch(serial):
        raise ValueError(f"{serial!r} cannot be the serial of a Message-ID")
    return f"{serial}.{_mac(key, serial)}"


def token_mark(token: str) -> str:
    """The line at the end of a letter's text."""
    return f"[ref {token}]"


def marks_in(text: str) -> list[str]:
    """The tokens in the marks that a text holds or quotes, right or wrong ones; the last is the oldest quoted."""
    return _MARK.findall(text)[:MOST_MARKS] if "[ref " in text else []


def token_in_address(address: str) -> str | None:
    """What stands behind the plus of an address, if it looks like a token: sales+3f.0123456789abcdef@firm.test."""
    found = _PLUS.match(address)
    return found[1] if found else None


def is_own_reference(message_id: str) -> bool:
    """Tell whether an id looks like the one by which a letter refers to itself: 3f.0123456789abcdef@ref.firm.test."""
    return _OURS.fullmatch(message_id) is not None and message_id.partition("@")[2].startswith("ref.")


def read_message_id(key: bytes, message_id: str) -> str | None:
    """The serial, if the id bears our right code; the domain does not matter. Compared in constant time."""
    found = _OURS.fullmatch(message_id.strip())
    if found is None or not hmac.compare_digest(_mac(key, found[1]), found[2].lower()):
        return None
    return found[1]


def _mac(key: bytes, serial: str) -> str:
    return hmac.new(key, b"message-id:" + serial.encode("ascii"), hashlib.sha256).hexdigest()[:MAC_DIGITS]
