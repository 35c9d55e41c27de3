"""Foreign text made harmless to store and to show: no controls, no lone surrogates, no tricks of direction (V13)."""

from __future__ import annotations

import re

_BAD = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]"
)
_BAD_IN_LINE = re.compile("[\u061c\u200b-\u200f\u2060-\u2064\ufeff\xad]")
_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_BAD_ASCII = bytes(code for code in range(128) if (code < 32 and code not in b"\t\n") or code == 127)
_SURROGATE = re.compile("[\ud800-\udfff]")


def scrub_text(text: str) -> str:
    r"""Text of several lines: every line break becomes \n, lone surrogates U+FFFD, other controls vanish."""
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    if _is_clean(text):
        return text
    if _BREAKS.search(text):
        text = _BREAKS.sub("\n", text)
    return _without_bad(text)


def _is_clean(text: str) -> bool:
    """Tell that there is nothing to scrub, as it nearly always is, much sooner than a search; False if in doubt."""
    if text.isascii():
        raw = text.encode("ascii")
        return len(raw.translate(None, _BAD_ASCII)) == len(raw)
    return text.replace("\n", " ").replace("\t", " ").replace("\xa0", " ").isprintable()


def scrub_line(text: str) -> str:
    """One line without breaks, controls, bidi and invisible characters, white space collapsed (S6)."""
    line = " ".join(text.split())
    if line.isprintable():  # nothing of what is taken out below is
        return line
    return " ".join(_BAD_IN_LINE.sub("", _without_bad(_BREAKS.sub(" ", text))).split())


def _without_bad(text: str) -> str:
    if not _BAD.search(text):
        return text
    return _BAD.sub("", _SURROGATE.sub("\ufffd", text))
