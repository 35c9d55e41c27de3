"""The compressed RTF body of a winmail.dat (MS-OXRTFCP): an LZ77 with a ring of 4,096 bytes that starts filled."""

from __future__ import annotations

import struct

MAX_SIZE = 5_000_000
COMPRESSED, UNCOMPRESSED = 0x75465A4C, 0x414C454D
RING = 4096
_START = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)


def rtf_body(raw: bytes) -> bytes:
    """The RTF, as far as it can be read and at most five million bytes; b"" if it is none."""
    if len(raw) < 16:
        return b""
    size, kind = struct.unpack_from("<II", raw, 4)
    if kind == UNCOMPRESSED:
        return raw[16 : 16 + min(size, MAX_SIZE)]
    return _decompress(raw, min(size, MAX_SIZE)) if kind == COMPRESSED else b""


def _decompress(raw: bytes, size: int) -> bytes:
    """A byte of flags, then eight times a byte as it is or a place and a length in the ring."""
    out = bytearray(_START)
    at, wanted = 16, size + len(_START)
    while at < len(raw) and len(out) < wanted:
        flags, at = raw[at], at + 1
        for bit in range(8):
            if not flags >> bit & 1:
                out += raw[at : at + 1]
                at += 1
                continue
            token = int.from_bytes(raw[at : at + 2], "big")
            at += 2
            distance = (len(out) - (token >> 4)) % RING
            if distance == 0 or distance > len(out) or at > len(raw):  # the end mark, or nonsense
                return bytes(out[len(_START) :])
            for _ in range((token & 0xF) + 2):
                out.append(out[-distance])
    return bytes(out[len(_START) : wanted])
