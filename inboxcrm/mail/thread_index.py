"""Outlook's Thread-Index: where a mail stands in its conversation, when others drop References (T3).

[MS-OXOMSG] 2.2.1.3: 22 bytes begin a conversation, namely 0x01, five bytes of a FILETIME (100 ns since 1601; its
highest byte, which is 0x01 until 2057, and its two lowest are left out) and 16 bytes of a GUID. Each answer appends
five: one bit that says how coarse the time is, 31 bits of time since the beginning, 8 bits of chance. Chance and GUID
come from a seed here, so that a letter is the same bytes whenever it is composed (V12).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from datetime import datetime

from inboxcrm.base.columns import EPOCH

ROOT_BYTES = 22
LEVEL_BYTES = 5
MOST_LEVELS = 60  # of a longer one only the beginning is answered
LONGEST = 1000  # characters of a header that are looked at
_UNIX_EPOCH = 116_444_736_000_000_000  # as a FILETIME
_FINE = 0x00FE0000  # not one of these bits of the high part is set: the time is below 1.7 years
_MASK = 0x7FFFFFFF


def new_thread_index(at: datetime, seed: str) -> str:
    """Give the Thread-Index of a mail that begins a conversation at an aware time."""
    guid = hashlib.sha256(b"thread-index:" + seed.encode("utf-8", "surrogatepass")).digest()[:16]
    return _text((_filetime(at) >> 16).to_bytes(8, "big")[2:] + guid)


def answer_thread_index(parent: str, at: datetime, seed: str) -> str:
    """Give the Thread-Index of an answer to a mail with this one; "" if that cannot be read."""
    index = _read(parent)
    if index is None:
        return ""
    levels = index[ROOT_BYTES:]
    if len(levels) % LEVEL_BYTES or len(levels) >= MOST_LEVELS * LEVEL_BYTES:
        levels = b""
    return _text(index[:ROOT_BYTES] + levels + _level(index, at, seed))


def _level(index: bytes, at: datetime, seed: str) -> bytes:
    since = max(_filetime(at) - _begun(index), 0)
    is_fine = (since >> 32) & _FINE == 0
    time = (since >> 18) & _MASK if is_fine else 1 << 31 | (since >> 23) & _MASK
    chance = hashlib.sha256(seed.encode("utf-8", "surrogatepass")).digest()[:1]
    return time.to_bytes(4, "big") + chance


def _begun(index: bytes) -> int:
    """Give the FILETIME of the beginning; some servers write all its high bytes behind the 0x01."""
    if index[1] == 1:
        return int.from_bytes(index[1:6], "big") << 24
    return int.from_bytes(index[:6], "big") << 16


def _filetime(at: datetime) -> int:
    since = at - EPOCH
    return _UNIX_EPOCH + (since.days * 86_400_000_000 + since.seconds * 1_000_000 + since.microseconds) * 10


def _read(text: str) -> bytes | None:
    if len(text) > LONGEST:
        return None
    try:
        index = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    return index if len(index) >= ROOT_BYTES else None


def _text(index: bytes) -> str:
    return base64.b64encode(index).decode("ascii")
