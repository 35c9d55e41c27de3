"""Fields of addresses in the shape that nearly all mail has; what is any odder is left to mail-parser.

A field is plain if it is ASCII and a list of `address`, `<address>`, `Name <address>` or `"Name" <address>`, with
names of words, without comments, groups, escapes, encoded words or broken lines inside quotes (RFC 5322 section 3.4).
"""

from __future__ import annotations

import re

from inboxcrm.mail.incoming import Address

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_SPEC = rf"({_ATOM}(?:\.{_ATOM})*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)"
_WORD = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+"
_NAME = rf"""(?:"([^"@\\\x00-\x1f\x7f]*)"|({_WORD}(?:[ \t\r\n]+{_WORD})*))"""
_ONE = re.compile(rf"\s*(?:{_SPEC}|(?:{_NAME}[ \t\r\n]*)?<{_SPEC}>)\s*(?:,|\Z)")


def plain_addresses(field: str) -> tuple[Address, ...] | None:
    """Give the addresses of a plain field as mail-parser gives them, None if it is not plain."""
    if not field.isascii() or "=?" in field:
        return None
    found: list[Address] = []
    at, end = 0, len(field)
    while at < end:
        one = _ONE.match(field, at)
        if one is None:
            return None
        bare, quoted, words, spec = one.groups()
        name = " ".join((quoted if quoted is not None else words or "").split())
        found.append(Address(name.strip("\"' "), (bare or spec).lower()))
        at = one.end()
    return tuple(found)
