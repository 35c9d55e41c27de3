"""S/MIME in one lump: the content of signed-data out of its ASN.1 (RFC 5652 section 5). Nothing is verified."""

from __future__ import annotations

from dataclasses import dataclass

SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
MAX_DEPTH = 12
SEQUENCE, OBJECT_ID, OCTETS, EXPLICIT_0, CONSTRUCTED = 0x30, 0x06, 0x04, 0xA0, 0x20


class _NotSigned(ValueError):
    """The bytes are no signed-data."""


@dataclass(frozen=True, slots=True)
class _Value:
    tag: int
    start: int
    end: int
    after: int


def signed_content(raw: bytes) -> bytes | None:
    """What was signed, b"" if it lies elsewhere; None if this is no signed-data (so it is encrypted, or broken)."""
    try:
        outer = _inside(raw, _read(raw, 0, 0), SEQUENCE)
        kind = outer[0]
        if kind.tag != OBJECT_ID or raw[kind.start : kind.end] != SIGNED_DATA:
            return None
        signed = _inside(raw, _inside(raw, outer[1], EXPLICIT_0)[0], SEQUENCE)
        content_info = _inside(raw, signed[2], SEQUENCE)
        if len(content_info) < 2:
            return b""
        return _octets(raw, _inside(raw, content_info[1], EXPLICIT_0)[0], 0)
    except (_NotSigned, IndexError):
        return None


def _read(raw: bytes, at: int, depth: int) -> _Value:
    """The value at a place; a length may be indefinite (BER, as mail programs write while they sign)."""
    if depth > MAX_DEPTH:
        raise _NotSigned
    tag, length, start = raw[at], raw[at + 1], at + 2
    if length == 0x80:
        end = start
        while raw[end : end + 2] != b"\0\0":
            end = _read(raw, end, depth + 1).after
        return _Value(tag, start, end, end + 2)
    if length > 0x80:
        size = length & 0x7F
        if size > 4:
            raise _NotSigned
        length = int.from_bytes(raw[start : start + size], "big")
        start += size
    if start + length > len(raw):
        raise _NotSigned
    return _Value(tag, start, start + length, start + length)


def _inside(raw: bytes, value: _Value, tag: int) -> list[_Value]:
    """The first three values within a value of the wanted kind: nobody asks for more."""
    if value.tag != tag:
        raise _NotSigned
    found: list[_Value] = []
    at = value.start
    while at < value.end and len(found) < 3:
        found.append(_read(raw, at, 0))
        at = found[-1].after
    return found


def _octets(raw: bytes, value: _Value, depth: int) -> bytes:
    """An octet string, in one piece or in several."""
    if value.tag & ~CONSTRUCTED != OCTETS or depth > MAX_DEPTH:
        raise _NotSigned
    if not value.tag & CONSTRUCTED:
        return raw[value.start : value.end]
    pieces: list[bytes] = []
    at = value.start
    while at < value.end:
        piece = _read(raw, at, depth + 1)
        pieces.append(_octets(raw, piece, depth + 1))
        at = piece.after
    return b"".join(pieces)
