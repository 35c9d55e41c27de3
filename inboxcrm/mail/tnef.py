"""Outlook's winmail.dat (MS-OXTNEF): the files in it and the text. Linear in its length, whatever the bytes are.

An object is: level, id, type, length, data, checksum. The properties of MAPI (MS-OXCDATA) lie within two of the
objects. Lengths and counts that point beyond the data end the reading; what was found so far is kept.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from inboxcrm.mail.charset import decode_bytes
from inboxcrm.mail.scrub import scrub_line
from inboxcrm.mail.tnef_rtf import rtf_body

SIGNATURE = 0x223E9F78
MAX_SIZE = 60_000_000
MAX_FILES = 500
MAX_PROPERTIES = 20_000
MAX_NAME = 200
MAX_DEPTH = 3
ATTACHMENT_LEVEL = 2
RENDERING, TITLE, DATA, ATTACHMENT, PROPERTIES, BODY = 0x9002, 0x8010, 0x800F, 0x9005, 0x9003, 0x800C
CODE_PAGE = 0x9007
PR_BODY, PR_BODY_HTML, PR_RTF, PR_INTERNET_CODE_PAGE = 0x1000, 0x1013, 0x1009, 0x3FDE
PR_LONG_NAME, PR_SHORT_NAME, PR_DISPLAY_NAME, PR_DATA = 0x3707, 0x3704, 0x3001, 0x3701
# The bytes of a value of a fixed size, as they are laid: in multiples of four.
_FIXED = {0x1: 0, 0x2: 4, 0x3: 4, 0x4: 4, 0x5: 8, 0x6: 8, 0x7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_STRINGS = frozenset({0x1E, 0x1F, 0xD, 0x102, 0x0})
_UNICODE = 0x1F
_EMBEDDED = bytes.fromhex("0703020000000000c000000000000046")
_OBJECT = struct.Struct("<BHHI")


class BrokenTnef(ValueError):
    """No TNEF, or nothing in it that can be read."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the winmail.dat cannot be read: {reason}")


@dataclass(slots=True)
class Tnef:
    """What lies in a winmail.dat: files as (name, bytes), and the body as text or HTML.

    A body that is there as RTF only is the file body.rtf. An attached item of Outlook's is a file, and the
    files in it are files too.
    """

    files: list[tuple[str, bytes]] = field(default_factory=list)
    text: str = ""
    html: str = ""
    rtf: bytes = b""


@dataclass(slots=True)
class _File:
    title: str = ""
    long_name: str = ""
    data: bytes = b""
    is_message: bool = False

    def named(self, number: int) -> tuple[str, bytes]:
        name = scrub_line(self.long_name or self.title)[:MAX_NAME]
        return name or f"attachment-{number}.{'dat' if not self.is_message else 'tnef'}", self.data


def read_tnef(raw: bytes, depth: int = 0) -> Tnef:
    """Unpack a winmail.dat. Raises BrokenTnef if it is none or ends before anything was found."""
    if len(raw) < 6 or struct.unpack_from("<I", raw)[0] != SIGNATURE:
        raise BrokenTnef("the signature is missing")
    if len(raw) > MAX_SIZE:
        raise BrokenTnef(f"it has {len(raw)} bytes")
    found, charset, is_whole = Tnef(), "cp1252", True
    files: list[_File] = []
    for name, level, data in _objects(raw):
        if name < 0:
            is_whole = False
        elif name == CODE_PAGE and len(data) >= 4:
            charset = _code_page(data)
        elif name == RENDERING and len(files) < MAX_FILES:
            files.append(_File())
        elif level == ATTACHMENT_LEVEL and files:
            _add_to_file(files[-1], name, data, charset)
        elif name == BODY:
            found.text = _text(data, charset)
        elif name == PROPERTIES:
            _add_body(found, data, charset)
    for number, file in enumerate(files, 1):
        found.files += [file.named(number), *_files_within(file, depth)]
    if found.rtf and not found.text and not found.html:
        found.files.append(("body.rtf", found.rtf))
    del found.files[MAX_FILES:]
    if not is_whole and not found.files and not found.text and not found.html:
        raise BrokenTnef("it ends too early")
    return found


def _files_within(file: _File, depth: int) -> list[tuple[str, bytes]]:
    """The files of an attached item of Outlook's, which is a TNEF again."""
    if not file.is_message or depth >= MAX_DEPTH:
        return []
    try:
        return read_tnef(file.data, depth + 1).files
    except BrokenTnef:
        return []


def _objects(raw: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Each object as (id, level, data); (-1, 0, b"") where one reaches beyond the end."""
    at = 6
    while at + _OBJECT.size + 2 <= len(raw):
        level, name, _type, length = _OBJECT.unpack_from(raw, at)
        start = at + _OBJECT.size
        if level not in (1, 2):  # garbage at the end
            return
        yield name, level, raw[start : start + length]
        at = start + length + 2
        if start + length > len(raw):
            yield -1, 0, b""


def _add_to_file(file: _File, name: int, data: bytes, charset: str) -> None:
    if name == TITLE:
        file.title = file.title or _text(data, charset)
    elif name == DATA:
        file.data = data
    elif name == ATTACHMENT:
        for key, kind, value in _properties(data):
            if key == PR_LONG_NAME:
                file.long_name = _property_text(kind, value, charset)
            elif key in (PR_SHORT_NAME, PR_DISPLAY_NAME) and not file.title:
                file.title = _property_text(kind, value, charset)
            elif key == PR_DATA and value.startswith(_EMBEDDED):
                file.is_message, file.data = True, value[len(_EMBEDDED) :]
            elif key == PR_DATA and not file.data:
                file.data = value


def _add_body(found: Tnef, data: bytes, charset: str) -> None:
    html = b""
    for key, kind, value in _properties(data):
        if key == PR_INTERNET_CODE_PAGE:
            charset = _code_page(value)
        elif key == PR_BODY:
            found.text = _property_text(kind, value, charset)
        elif key == PR_BODY_HTML:
            html = value
        elif key == PR_RTF:
            found.rtf = rtf_body(value)
    found.html = decode_bytes(html, charset) if html else found.html


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """The MAPI properties as (id, type, bytes); of several values only the first."""
    at, seen = 4, 0
    try:
        while at + 4 <= len(data) and seen < MAX_PROPERTIES:
            kind, key = struct.unpack_from("<HH", data, at)
            at = _after_name(data, at + 4) if key >= 0x8000 else at + 4
            count = 1
            if kind & 0x1000 or kind in _STRINGS:
                (count,) = struct.unpack_from("<I", data, at)
                at += 4
            for number in range(min(count, MAX_PROPERTIES)):
                value, at = _value(data, at, kind & 0xFFF)
                seen += 1
                if number == 0:
                    yield key, kind & 0xFFF, value
    except (struct.error, KeyError):
        return


def _value(data: bytes, at: int, kind: int) -> tuple[bytes, int]:
    if kind in _STRINGS:
        (length,) = struct.unpack_from("<I", data, at)
        at += 4
    else:
        length = _FIXED[kind]
    if at + length > len(data):
        raise struct.error
    return data[at : at + length], at + length + -length % 4


def _after_name(data: bytes, at: int) -> int:
    """A property with a name of its own: a GUID, then a number or a text."""
    (kind,) = struct.unpack_from("<I", data, at + 16)
    if kind == 0:
        return at + 24
    length = int(struct.unpack_from("<I", data, at + 20)[0])
    return at + 24 + length + -length % 4


def _code_page(data: bytes) -> str:
    number = struct.unpack_from("<I", data)[0] if len(data) >= 4 else 1252
    return {65001: "utf-8", 20127: "ascii", 28591: "latin-1", 20866: "koi8-r", 50220: "iso-2022-jp"}.get(
        number, f"cp{number}"
    )


def _property_text(kind: int, value: bytes, charset: str) -> str:
    if kind == _UNICODE:
        return value.decode("utf-16-le", "replace").rstrip("\0")
    return _text(value, charset)


def _text(value: bytes, charset: str) -> str:
    return decode_bytes(value.rstrip(b"\0"), charset)
