"""What Content-Type and Content-Disposition of a part say: kind, boundary, charset, file name (RFC 2045, 2183, 2231).

The plain shape is read here; what uses continuations, escapes or percent signs is left to the standard library.
"""

from __future__ import annotations

from email.message import Message
from email.utils import collapse_rfc2231_value
from functools import lru_cache

from inboxcrm.mail.header_text import decode_words, readable
from inboxcrm.mail.scrub import scrub_line

MAX_NAME = 200
MAX_KIND = 128
MAX_FIELD = 10_000
_ODD = frozenset("*\\(")


def kind_of(field: str, default: str) -> str:
    """The media type in lower case; text/plain where it is no type at all (RFC 2045 section 5.2)."""
    if not field:
        return default
    kind = next(iter(field.partition(";")[0].split()), "").lower()
    is_type = kind.count("/") == 1 and kind.isascii() and kind.isprintable() and len(kind) < MAX_KIND
    return kind if is_type else "text/plain"


def boundary_of(field: str) -> bytes:
    """The boundary of a multipart, b"" if it names none."""
    return parameter(field, "boundary").rstrip().encode("utf-8", "surrogateescape")


def charset_of(field: str) -> str | None:
    """The charset that a text part claims."""
    return parameter(field, "charset").lower() or None if "charset" in field.lower() else None


def disposition_of(field: str) -> str:
    """`inline`, `attachment` or another word, "" if it does not say."""
    return field.partition(";")[0].strip().lower()


def file_name(disposition: str, content_type: str) -> str:
    """The name the sender gave the part, one scrubbed line, "" if none; foreign text, never a path."""
    given = ""
    if "filename" in disposition.lower():
        given = parameter(readable(disposition), "filename")
    if not given and "name" in content_type.lower():
        given = parameter(readable(content_type), "name")
    return scrub_line(decode_words(given))[:MAX_NAME] if given else ""


def parameter(field: str, name: str) -> str:
    """A parameter of a field, without quotes, "" if it is absent."""
    field = field[:MAX_FIELD].replace("\n", "")
    found = _plain_parameters(field)
    if found is None:
        return _library_parameter(field, name)
    return found.get(name, "")


@lru_cache(maxsize=500)
def _plain_parameters(field: str) -> dict[str, str] | None:
    """All parameters of a field of the plain shape, else None."""
    if not _ODD.isdisjoint(field):
        return None
    found: dict[str, str] = {}
    for piece in field.split(";")[1:]:
        name, equals, value = piece.partition("=")
        name, value = name.strip().lower(), value.strip()
        if not equals:
            if name:
                return None
            continue
        if '"' in value:
            if value.count('"') != 2 or value[0] != '"' or value[-1] != '"':
                return None
            value = value[1:-1]
        elif value.startswith("<") and value.endswith(">"):
            value = value[1:-1]
        found.setdefault(name, value)
    return found


def _library_parameter(field: str, name: str) -> str:
    view = Message()
    view["x"] = field
    try:
        value = view.get_param(name, "", "x")
        return collapse_rfc2231_value(value) if value else ""
    except (ValueError, TypeError, LookupError, AttributeError):
        return ""
