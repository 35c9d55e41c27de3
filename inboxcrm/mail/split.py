"""The bytes of a mail as a tree of parts, each a span of the same bytes: nothing is copied, nothing decoded.

Our own, because the standard library's parser reads line by line into text: it takes five times as long, and
nine times the memory of a big attachment. Where mail is odd it decides as that does: a line that is no header
ends the headers, a multipart without its boundary is one lump of text, a missing last boundary is the end of
the part. `tests/mail/test_split.py` holds the two together. Linear in the length, but for the depth.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from operator import itemgetter

from inboxcrm.mail.part_fields import boundary_of, kind_of

STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
MAX_DEPTH = 100
MAX_PARTS = 1000
MAX_HEADERS = 1_000_000
NEAR = 65_536
_NAME = re.compile(r"[!-9;-~]+")
_BLANK_LINE = re.compile(rb"(?>\r\n|\r|\n)(?:\r\n|\r|\n)")
_HEADER = re.compile(
    rb"(?:return-path|received|delivered-to|from|to|date|subject|message-id):", re.IGNORECASE
)
_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_FIELD_END = re.compile(r"\n(?![ \t])")
_AFTER_BOUNDARY = re.compile(rb"(--)?[ \t]*(?:\r\n|\r|\n|\Z)")
_PLAIN_TRANSFER = frozenset({"", "7bit", "8bit", "binary"})
CR = 13
_FIRST, _SECOND = itemgetter(0), itemgetter(1)
_names: dict[str, str] = {}


@dataclass(slots=True)
class Part:
    """One part: the span of its bytes, of its body, its fields and its parts (None if it is no container).

    `fields` are (lower-case name, value) from top to bottom, with bytes beyond ASCII as surrogates.
    """

    raw: bytes
    start: int
    body: int
    end: int
    fields: list[tuple[str, str]]
    kind: str
    children: list[Part] | None = None
    defects: set[str] = field(default_factory=set)

    def field(self, name: str) -> str:
        """The topmost value of a field by its lower-case name, "" if it is absent."""
        return next((value for key, value in self.fields if key == name), "")

    @property
    def transfer_encoding(self) -> str:
        """The Content-Transfer-Encoding in lower case."""
        return self.field("content-transfer-encoding").strip().lower()

    def as_message(self) -> Message:
        """The part for those who read the standard library's messages (delivery reports): of an attached
        message its fields only, as the library falls over deep nesting.
        """
        if self.kind in STATUS_TYPES:
            return message_from_bytes(self.raw[self.start : self.end])
        message = _fields_only(self)
        if self.children is not None:
            message.set_payload([_fields_only(child) for child in self.children])
        else:
            message.set_payload(self.raw[self.body : self.end].decode("ascii", "surrogateescape"))
        return message


def _fields_only(part: Part) -> Message:
    message = Message()
    for name, value in part.fields:
        message.set_raw(name, value)
    return message


def split_mail(raw: bytes) -> Part:
    """The tree of a whole mail. Never raises."""
    return _Splitter(raw).part(0, len(raw), "text/plain", 0)


class _Splitter:
    """Counts the parts while the tree grows; those beyond the thousandth are left out."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.count = 0

    def part(self, start: int, end: int, default_kind: str, depth: int) -> Part:
        self.count += 1
        fields, body, defects = read_fields(self.raw, start, end)
        kind = kind_of(next((value for name, value in fields if name == "content-type"), ""), default_kind)
        part = Part(self.raw, start, body, end, fields, kind, None, defects)
        is_container = kind.startswith(("multipart/", "message/"))
        if is_container and depth >= MAX_DEPTH:
            part.kind = "application/octet-stream"
            part.defects.add("NestedTooDeeply")
        elif kind.startswith("multipart/"):
            self._split_multipart(part, depth)
        elif is_container and kind not in STATUS_TYPES:
            part.children = [self.part(body, end, "text/plain", depth + 1)]
        return part

    def _split_multipart(self, part: Part, depth: int) -> None:
        if part.transfer_encoding not in _PLAIN_TRANSFER:
            part.defects.add("InvalidMultipartContentTransferEncodingDefect")
        boundary = boundary_of(part.field("content-type"))
        if not boundary:
            part.defects.add("NoBoundaryInMultipartDefect")
            return
        spans, is_closed, at = _spans(
            self.raw, part.body, part.end, boundary, max(1, MAX_PARTS + 1 - self.count)
        )
        if not spans:
            part.defects.add("StartBoundaryNotFoundDefect")
            part.end = at
            return
        if not is_closed:
            part.defects.add("CloseBoundaryNotFoundDefect")
        inner_kind = "message/rfc822" if part.kind == "multipart/digest" else "text/plain"
        part.children = []
        for start, end in spans:
            if self.count >= MAX_PARTS:
                part.defects.add("TooManyParts")
                break
            part.children.append(self.part(start, end, inner_kind, depth + 1))


def _spans(
    raw: bytes, body: int, end: int, boundary: bytes, most: int
) -> tuple[list[tuple[int, int]], bool, int]:
    """Where the parts between the boundary lines lie, `most` at most; was there a last line; where is the first."""
    mark = b"--" + boundary
    found: list[tuple[int, int]] = []
    start, first = -1, end
    at = raw.find(mark, body, end)
    while at >= 0:
        after = _AFTER_BOUNDARY.match(raw, at + len(mark), end)
        if after is None or (at > body and raw[at - 1] not in b"\r\n"):
            at = raw.find(mark, at + 1, end)
            continue
        first = min(first, at)
        if 0 <= start < at:
            found.append((start, max(start, _before_line_end(raw, at))))
        if after[1] or len(found) >= most:
            return found, True, first
        start = after.end()
        at = raw.find(mark, start, end)
    if start >= 0:
        found.append((start, end))
    return found, False, first


def _before_line_end(raw: bytes, at: int) -> int:
    """The line end before a boundary belongs to it (RFC 2046 section 5.1.1)."""
    return at - 2 if raw[at - 2 : at] == b"\r\n" else at - 1


def read_fields(raw: bytes, start: int, end: int) -> tuple[list[tuple[str, str]], int, set[str]]:
    """The header fields from `start` on, where the body starts, and what is odd about the headers."""
    if start >= end or raw[start] in b"\r\n":
        return [], start + (2 if raw.startswith(b"\r\n", start) else 1 if start < end else 0), set()
    stop, body = _blank_line(raw, start, end)
    block = raw[start:stop].decode("ascii", "surrogateescape")
    if "\r" in block:
        block = block.replace("\r\n", "\n")
        if "\r" in block:  # alone it ends a line too, and two of them the headers
            stop, body = _blank_line_of_any_kind(raw, start, end)
            block = (
                raw[start:stop].decode("ascii", "surrogateescape").replace("\r\n", "\n").replace("\r", "\n")
            )
    defects: set[str] = set()
    if len(block) > MAX_HEADERS:
        block = block[:MAX_HEADERS]
        defects.add("HeadersTooLong")
    pairs = [line.partition(":") for line in _FIELD_END.split(block.rstrip("\n"))]
    fields = [(_names.get(given) or _lower_name(given), value.strip(" \t\n")) for given, _, value in pairs]
    if not (all(map(_FIRST, fields)) and all(map(_SECOND, pairs))):  # a line without a name, or without a colon
        return _read_odd_fields(raw, start, end)
    return fields, body, defects


def _blank_line(raw: bytes, start: int, end: int) -> tuple[int, int]:
    """Where the headers stop and the body starts, by the line ends that nearly all mails have."""
    near = min(end, start + NEAR)
    crlf = raw.find(b"\n\r\n", start, near)
    lf = raw.find(b"\n\n", start, crlf if crlf >= 0 else near)
    if lf >= 0:
        return lf, lf + 2
    if crlf < 0:
        return _blank_line_of_any_kind(raw, start, end)
    return crlf - (raw[crlf - 1] == CR), crlf + 3


def _blank_line_of_any_kind(raw: bytes, start: int, end: int) -> tuple[int, int]:
    blank = _BLANK_LINE.search(raw, start, end)
    return (blank.start(), blank.end()) if blank else (end, end)


def _lower_name(given: str) -> str:
    """The name in lower case if it can be one, else ""; a blank before the colon is forgiven."""
    name = given.rstrip(" \t")
    if not _NAME.fullmatch(name):
        return ""
    if len(_names) < 5000 and len(name) < 100:
        _names[given] = name.lower()
    return name.lower()


def _read_odd_fields(raw: bytes, start: int, end: int) -> tuple[list[tuple[str, str]], int, set[str]]:
    """Line by line, up to the first that is no header."""
    lines: list[str] = []
    defects: set[str] = set()
    at = start
    while at < min(end, start + MAX_HEADERS):
        found = _LINE.match(raw, at, end)
        line = found[0].decode("ascii", "surrogateescape") if found else ""
        if not line.strip("\r\n"):
            at += len(line)
            break
        if line[0] in " \t":
            if lines:
                lines[-1] += line
            else:
                defects.add("FirstHeaderLineIsContinuationDefect")
        elif ":" in line and _lower_name(line.partition(":")[0]):
            lines.append(line)
        elif not line.startswith("From "):
            defects.add("MissingHeaderBodySeparatorDefect")
            if start > 0 or not _goes_on(raw, at + len(line), lines):
                break
        at += len(line)
    pairs = (line.partition(":") for line in lines)
    fields = [(_lower_name(name), value.replace("\r\n", "\n").strip(" \t\r\n")) for name, _, value in pairs]
    return fields, at, defects


def _goes_on(raw: bytes, after: int, lines: list[str]) -> bool:
    """Tell whether the mail's headers go on below a line that is none: its From is yet to come, and not far."""
    if any(line[:5].lower() == "from:" for line in lines):
        return False
    for line in raw[after : after + 1000].splitlines()[:8]:
        if not line:
            return False
        if _HEADER.match(line):
            return True
    return False
