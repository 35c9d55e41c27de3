"""Fields of addresses in the shape that nearly all mail has; what is any odder is left to mail-parser.

A field is plain if it is ASCII and a list of `address`, `<address>`, `Name <address>` or `"Name" <address>`, with
names of words or encoded words, or that address once more, without comments, groups, escapes, or broken lines or
encoded words inside quotes (RFC 5322 section 3.4, RFC 2047 section 5).
"""

from __future__ import annotations

import re

from inboxcrm.mail.header_text import header_line
from inboxcrm.mail.incoming import Address

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_SPEC = rf"({_ATOM}(?:\.{_ATOM})*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)"
_WORD = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+"
_NAME = rf"""(?:"([^"\\\x00-\x1f\x7f]*)"|({_WORD}(?:[ \t\r\n]+{_WORD})*))"""
_ONE = re.compile(rf"\s*(?:{_SPEC}|(?:{_NAME}[ \t\r\n]*)?<{_SPEC}>)\s*(?:,|\Z)")

_ENCODED = re.compile(
    r"(?!\S{76})=\?[A-Za-z0-9-]+\?(?:[qQ]\?(?:[^?=\s]|=[0-9A-Fa-f]{2})*"
    r"|[bB]\?(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)\?=(?!\S)"
)


def plain_addresses(field: str) -> tuple[Address, ...] | None:
    """Give the addresses of a plain field as mail-parser gives them, None if it is not plain."""
    if not field.isascii():
        return None
    found: list[Address] = []
    at, end = 0, len(field)
    while at < end:
        one = _ONE.match(field, at)
        if one is None:
            return None
        bare, quoted, words, spec = one.groups()
        if quoted and ("=?" in quoted or "@" in quoted):
            if quoted != spec:
                return None
            quoted = ""  # a name that says no more than the address
        name = _decoded(words or "") if quoted is None else " ".join(quoted.split())
        if name is None or "@" in name:
            return None
        found.append(Address(name.strip("\"' "), (bare or spec).lower()))
        at = one.end()
    return tuple(found)


def _decoded(words: str) -> str | None:
    """The words of a name with the encoded ones among them decoded, None if one of those is written wrongly."""
    if "=?" in _ENCODED.sub("", words):
        return None
    name = header_line(words)
    return None if "=?" in name else name
