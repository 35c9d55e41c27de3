"""Which lines of a mail are quoted: what announces a quote, what is marked, and what an unmarked older mail is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from inboxcrm.mail.quoting import header_length, is_quoted
from inboxcrm.mail.reply_language import END_OF_ATTRIBUTION

Kind = Literal["new", "quote", "quote-header", "signature", "disclaimer"]
WRAPPED_AT = 72
LONGEST_GREETING = 40
MOST_GREETING_LINES = 2
_UNFINISHED = re.compile(r"[^\W\d_,]$|,$")
_ELISION = re.compile(r"\[?(?:\.{2,}|…|<?snip(?:ped)?>?)?\]?|<snip>", re.IGNORECASE)
_INITIALS = re.compile(r"\s{0,3}([A-Z][A-Za-z]{0,3}>)")


def mark_quotes(lines: Sequence[str]) -> list[Kind]:
    """Tell of each line whether it is new, quoted or announces a quote.

    Below such a line come lines marked by > or by somebody's initials ("AB>"), between and below which new words may
    stand; or else the rest of the mail is an older one.
    """
    kinds: list[Kind] = ["new"] * len(lines)
    at, initials = 0, ""
    while at < len(lines):
        if _is_quoted_at(lines, kinds, at) or (initials and lines[at].lstrip().startswith(initials)):
            kinds[at] = "quote"
            at += 1
            continue
        length = header_length(lines, at) if lines[at] else 0
        if not length:
            if not lines[at].strip() and at and kinds[at - 1] != "new":
                kinds[at] = kinds[at - 1]
            at += 1
            continue
        kinds[at : at + length] = ["quote-header"] * length
        at += length
        below = _below_elision(lines, at)
        kinds[at:below] = ["quote"] * (below - at)
        at = below
        initials = _initials_at(lines, _next_full(lines, at)) or initials
        if _begins_older_mail(lines, kinds, at, initials):
            kinds[at:] = ["quote"] * (len(lines) - at)
            break
    return kinds


def _next_full(lines: Sequence[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def _below_elision(lines: Sequence[str], at: int) -> int:
    """Some begin their quote with "[...]"."""
    full = _next_full(lines, at)
    is_elided = full < len(lines) and _ELISION.fullmatch(lines[full].strip()[:40]) is not None
    return full + 1 if is_elided else at


def _initials_at(lines: Sequence[str], at: int) -> str:
    found = _INITIALS.match(lines[at]) if at < len(lines) else None
    return found[1] if found else ""


def _begins_older_mail(lines: Sequence[str], kinds: Sequence[Kind], at: int, initials: str) -> bool:
    """Whether what stands below the line that announces it is not marked, and so is quoted to its end.

    Except for "Hello Anna," between that line and marked ones in a mail that has no words above: its writer greets.
    """
    below = _next_full(lines, at)
    if below == len(lines) or is_quoted(lines[below]) or (initials and _initials_at(lines, below)):
        return False
    if any(kind == "new" and line.strip() for kind, line in zip(kinds, lines[:at], strict=False)):
        return True
    for _ in range(MOST_GREETING_LINES):
        line = lines[below].strip()
        if len(line) > LONGEST_GREETING or not line.endswith((",", "!")):
            return True
        below = _next_full(lines, below + 1)
        if below == len(lines) or is_quoted(lines[below]):
            return below == len(lines)
    return True


def _is_quoted_at(lines: Sequence[str], kinds: Sequence[Kind], at: int) -> bool:
    """A line marked by >, or the end of one that was wrapped after it had been marked."""
    line = lines[at]
    if is_quoted(line):
        is_stuffed = line.startswith(">From ")  # an mbox file does that to a line of one's own
        return not is_stuffed or _has_quoted_beside(lines, at)
    if at == 0 or kinds[at - 1] != "quote" or at + 1 >= len(lines) or not is_quoted(lines[at + 1]):
        return False
    if END_OF_ATTRIBUTION.fullmatch(line.strip()[:40]):
        return True
    above = lines[at - 1].rstrip()
    is_wrapped = len(above) >= WRAPPED_AT and is_quoted(above) and _UNFINISHED.search(above) is not None
    return is_wrapped and len(line) < WRAPPED_AT and line[:1].islower()


def _has_quoted_beside(lines: Sequence[str], at: int) -> bool:
    beside = (*lines[max(at - 1, 0) : at], *lines[at + 1 : at + 2])
    return any(is_quoted(line) and not line.startswith(">From ") for line in beside)
