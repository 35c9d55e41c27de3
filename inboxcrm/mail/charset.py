"""Bytes of foreign mail to text, whatever charset they claim (I17). Never raises.

Python knows neither all names in use (windows-874, x-sjis, utf8mb4 …) nor that people say gb2312 and mean
gb18030; the table below says what is meant, mostly as the WHATWG Encoding Standard does.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

_MEANT = {
    "cp874": "windows-874 tis-620 iso-8859-11 dos-874",
    "iso8859_8": "iso-8859-8-i iso-8859-8-e logical visual",
    "cp932": "x-sjis sjis shift_jis shift-jis ms_kanji windows-31j cp943",
    "gb18030": "x-gbk gbk gb2312 gb_2312-80 gb2312-80 chinese iso-ir-58 hz-gb",
    "cp949": "euc-kr ks_c_5601-1987 ksc_5601 ksc5601 korean x-windows-949",
    "big5hkscs": "big5 x-x-big5 big5-hkscs cn-big5",
    "utf_8": "utf8mb4 utf-8mb4 utf8mb3 unicode-1-1-utf-8 x-utf-8 utf_8 cp65001 utf-8 utf8",
    "utf_7": "unicode-1-1-utf-7 unicode-2-0-utf-7 x-unicode-2-0-utf-7 utf-7",
    "iso8859_15": "latin-9 latin9 iso8859-15 l9",
    "cp1250": "win-1250 x-cp1250 windows1250",
    "cp1251": "win-1251 x-cp1251 windows1251",
    "cp1252": "win-1252 x-cp1252 windows1252 x-ansi ansi iso-8859-1 latin1 latin-1 iso8859-1 l1 ascii us-ascii",
    "cp850": "cp-850 ibm850 pc850 dos-850",
    "cp437": "cp-437 ibm437",
    "koi8_u": "koi8-ru",
    "mac_roman": "macintosh x-mac-roman mac",
}
_ALIAS = {name: codec for codec, names in _MEANT.items() for name in names.split()}
_UNWANTED = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "unicode-escape"}
)
_SEVEN_BIT_JAPANESE = frozenset({"iso2022_jp", "iso2022_jp_1", "iso2022_jp_2", "iso2022_jp_ext"})
_ASCII_SUPERSETS = frozenset({"cp1252", "utf-8"})


@lru_cache(maxsize=512)
def codec_for(charset: str) -> str | None:
    """Python's codec for a charset name as mail has it (`utf-8*fr`, quotes, blanks allowed), else None."""
    name = re.sub(r"[\s\"'<>]", "", charset.partition("*")[0]).lower()[:64]
    try:
        codec = codecs.lookup(_ALIAS.get(name, name))
        b"x".decode(codec.name, "replace")
    except (LookupError, ValueError, TypeError):
        return None
    return None if codec.name.replace("-", "_") in _UNWANTED or codec.name in _UNWANTED else codec.name


def decode_bytes(raw: bytes, charset: str | None = None) -> str:
    """Text of `raw`: UTF-8 or its claimed charset, else Windows-1252, which reads anything."""
    if raw.isascii() and (codec := codec_for(charset or "ascii")) in (None, *_ASCII_SUPERSETS):
        return raw.decode("ascii")
    codec = codec_for(charset) if charset else None
    if codec in _SEVEN_BIT_JAPANESE and not raw.isascii():
        codec = "cp932"
    if codec in (None, "cp1252", "utf-8"):
        return _utf8_or_cp1252(raw)
    try:
        return raw.decode(codec or "utf-8")
    except (UnicodeError, ValueError):
        return _utf8_or(raw) or raw.decode(codec or "utf-8", "replace")


def _utf8_or(raw: bytes) -> str | None:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _utf8_or_cp1252(raw: bytes) -> str:
    """A text that is UTF-8 but for a few broken places stays UTF-8; everything else is Windows-1252."""
    if (text := _utf8_or(raw)) is not None:
        return text
    text = raw.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
    if beyond_ascii - broken > broken:
        return text
    return raw.decode("cp1252", "replace") if not _has_undefined(raw) else raw.decode("latin-1")


def _has_undefined(raw: bytes) -> bool:
    """Five bytes mean nothing in Windows-1252."""
    return any(byte in raw for byte in b"\x81\x8d\x8f\x90\x9d")
