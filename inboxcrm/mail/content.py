"""The bytes of a part out of their transfer encoding (RFC 2045 section 6), and their size as they travel."""

from __future__ import annotations

import binascii

from inboxcrm.mail.split import Part

UUENCODED = frozenset({"x-uuencode", "uuencode", "uue", "x-uue"})
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NO_BASE64 = bytes(byte for byte in range(256) if byte not in _BASE64)


def decoded_content(part: Part) -> bytes:
    """The decoded bytes of a part; as they travelled where the transfer encoding is broken beyond use."""
    encoding = part.transfer_encoding
    if encoding == "base64":
        return _from_base64(part)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(memoryview(part.raw)[part.body : part.end])
    raw = part.raw[part.body : part.end]
    return _from_uuencode(raw) if encoding in UUENCODED else raw


def encoded_size(raw: bytes, start: int, end: int) -> int:
    """Bytes of a part as it travels: line ends counted as CRLF, the last ones not at all."""
    while end > start and raw[end - 1] in b"\r\n":
        end -= 1
    return end - start - raw.count(b"\r\n", start, end) + raw.count(b"\n", start, end)


def _from_base64(part: Part) -> bytes:
    head = part.raw[part.body : min(part.end, part.body + 2000)]
    if len(head.translate(None, _BASE64 + b"=\r\n")) > len(head) // 20:  # words, whatever the header says
        return part.raw[part.body : part.end]
    span = memoryview(part.raw)[part.body : part.end]
    try:
        return binascii.a2b_base64(span)
    except binascii.Error:  # cut off somewhere: what came is kept
        characters = bytes(span).translate(None, _NO_BASE64)
        whole = len(characters) // 4 * 4
        rest = characters[whole:]
        return binascii.a2b_base64(
            characters[:whole] + (rest + b"=" * (4 - len(rest)) if len(rest) > 1 else b"")
        )


def _from_uuencode(raw: bytes) -> bytes:
    """The lines between `begin` and `end`; a line that is none ends them, a length too great is put right."""
    lines = iter(raw.splitlines())
    for line in lines:
        if line.startswith(b"begin ") and line[6:9].isdigit():
            break
    else:
        return raw
    out = bytearray()
    for line in lines:
        if not line or line == b"end":
            break
        try:
            out += binascii.a2b_uu(line)
        except binascii.Error:
            length = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                out += binascii.a2b_uu(line[:length])
            except binascii.Error:
                break
    return bytes(out)
