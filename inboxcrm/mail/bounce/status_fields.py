"""The fields of RFC 3464, read from text, so that it does not matter where and how broken they stand."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from inboxcrm.mail.bounce.address import clean_address
from inboxcrm.mail.incoming import DeliveryStatus
from inboxcrm.mail.scrub import scrub_line

_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]{1,60})[ \t]{0,4}:[ \t]{0,80}(.{0,4000})")
_ADDRESS_TYPE = re.compile(
    r"[ \t]{0,4}(?:rfc[ /-]?822|utf-?8|smtp|unknown|x-[\w-]{1,30}|local|internet)[ \t]{0,4};[ \t]{0,4}", re.I
)
# The sender knows the address that he wrote to (RFC 3464 section 2.3.1); the others are where it went from there.
_NAMES = ("original-recipient", "final-recipient", "x-actual-recipient")
# What one recipient cannot have twice.
_OPENING = frozenset({"original-recipient", "final-recipient", "action", "status"})
_OF_RECIPIENT = _OPENING | {"x-actual-recipient", "diagnostic-code"}
MAX_RECIPIENTS = 1000
MAX_DIAGNOSTIC = 1000

Fields = dict[str, str]


def read_statuses(text: str) -> list[DeliveryStatus]:
    """One entry for each recipient, in order."""
    return [status for fields in _groups(text) if (status := _status(fields))]


def plain_text(text: str) -> str:
    """The text of a delivery-status part, whose transfer encoding some servers forget to undo or to name."""
    if "recipient:" in text.lower() or not text.strip():
        return text
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return text


def _groups(text: str) -> list[Fields]:
    """The fields of each recipient by their lower-case names.

    Blank lines end a group (RFC 3464 section 2.1). Some servers write them between the fields of one recipient, or
    none between two: a group that is not complete goes on, and a field that it has already opens the next.
    """
    groups: list[Fields] = [{}]
    is_after_blank = False
    for name, value in _fields(text):
        if not name:
            is_after_blank = True
        elif name in _OF_RECIPIENT:
            current = groups[-1]
            is_next = is_after_blank and "action" in current and not current.keys().isdisjoint(_NAMES)
            if name in _OPENING and (name in current or is_next):
                groups.append(current := {})
            current.setdefault(name, value)
            is_after_blank = False
        if len(groups) > MAX_RECIPIENTS:
            break
    return groups


def _status(fields: Fields) -> DeliveryStatus | None:
    names = list(dict.fromkeys(name for key in _NAMES if (name := _address(fields.get(key, "")))))
    if not names:
        return None
    action, status = (_word(fields.get(key, "")) for key in ("action", "status"))
    diagnostic = scrub_line(fields.get("diagnostic-code", ""))[:MAX_DIAGNOSTIC]
    return DeliveryStatus(names[0], action, status, diagnostic, tuple(names[1:]))


def _fields(text: str) -> Iterator[tuple[str, str]]:
    """Every field with its folded lines joined; ("", "") for a blank line."""
    name, value = "", ""
    for line in text.splitlines():
        if line[:1] in (" ", "\t") and name and line.strip():
            value = f"{value} {line.strip()}"[:4000]
            continue
        if name:
            yield name, value
            name = ""
        if not line.strip():
            yield "", ""
        elif found := _FIELD.match(line):
            name, value = found[1].lower(), found[2].strip()
    if name:
        yield name, value


def _address(value: str) -> str:
    """The address of a field such as `rfc822; Name@Example.org`, "" if it names none."""
    text = value
    while found := _ADDRESS_TYPE.match(text):  # some servers write the type twice
        text = text[found.end() :]
    bracketed = text.rpartition("<")[2].partition(">")[0] if "<" in text else text
    return clean_address(bracketed.partition(" (")[0])


def _word(value: str) -> str:
    """The first word of a field, in lower case."""
    words = value.lower().split()
    return scrub_line(words[0].strip("(;,"))[:40] if words else ""
