"""Header fields to text: raw 8-bit bytes, encoded words (RFC 2047), ids. Linear in the length of the field."""

from __future__ import annotations

import base64
import binascii
import quopri
import re

from inboxcrm.mail.charset import codec_for, decode_bytes
from inboxcrm.mail.scrub import scrub_line

MAX_REFERENCES = 200
MAX_ID_LENGTH = 998
_WORD = re.compile(r"=\?([^?\s]{1,80})\?([bBqQ])\?([^?]*)\?=")
_BRACKETED = re.compile(r"<([^<>]+)>")
_SPACE = re.compile(r"\s+")


def readable(raw: str) -> str:
    """A field as the parser kept it (bytes beyond ASCII as surrogates), with those bytes decoded."""
    if raw.isascii():
        return raw
    try:
        return decode_bytes(raw.encode("ascii", "surrogateescape"))
    except UnicodeEncodeError:
        return raw


def decode_words(text: str) -> str:
    """`text` with its encoded words decoded; what cannot be decoded stays as it is written."""
    if "=?" not in text:
        return text
    out: list[str] = []
    pending: list[bytes] = []
    charset = ""
    end = 0
    for word in _WORD.finditer(text):
        between = text[end : word.start()]
        is_glued = bool(pending) and not between.strip()
        if not is_glued or word[1].lower() != charset:
            out.append(decode_bytes(b"".join(pending), charset))
            pending = []
        if not is_glued:
            out.append(between)
        charset = word[1].lower()
        pending.append(_word_bytes(word[2], word[3]))
        end = word.end()
    out.extend((decode_bytes(b"".join(pending), charset), text[end:]))
    return "".join(out)


def header_line(raw: str) -> str:
    """A whole field as one scrubbed line."""
    line = " ".join(raw.split())
    if line.isascii() and line.isprintable() and "=?" not in line:  # nearly every one
        return line
    return scrub_line(decode_words(readable(raw)))


def known_charsets(raw: str) -> str:
    """The field with the charset names of its encoded words as Python knows them, for others' parsers."""
    text = readable(raw)
    if "=?" not in text:
        return text
    return _WORD.sub(lambda word: f"=?{codec_for(word[1]) or 'cp1252'}?{word[2]}?{word[3]}?=", text)


def message_ids(raw: str) -> tuple[str, ...]:
    """The ids of In-Reply-To or References without brackets, each once; 200 at most: the first, the last 199 (T3)."""
    found = [_SPACE.sub("", one) for one in _BRACKETED.findall(raw)]
    if not found:
        bare = raw.split()
        found = [one for one in bare if "@" in one] if "<" not in raw and len(bare) == 1 else []
    ids = tuple(dict.fromkeys(scrub_line(one) for one in found if 0 < len(one) <= MAX_ID_LENGTH))
    return ids if len(ids) <= MAX_REFERENCES else (ids[0], *ids[-(MAX_REFERENCES - 1) :])


def message_id(raw: str) -> str | None:
    """The id of a Message-ID field without brackets, None if there is none."""
    bracketed = _BRACKETED.search(raw)
    text = _SPACE.sub("", bracketed[1]) if bracketed else (raw.split() or [""])[0].strip("<>")
    return scrub_line(text)[:MAX_ID_LENGTH] or None


def _word_bytes(encoding: str, text: str) -> bytes:
    raw = text.encode("utf-8", "surrogateescape") if not text.isascii() else text.encode("ascii")
    if encoding in "qQ":
        return quopri.decodestring(raw.replace(b"_", b" "), header=False)
    try:
        return base64.b64decode(raw + b"=" * (-len(raw) % 4))
    except (binascii.Error, ValueError):
        return raw
