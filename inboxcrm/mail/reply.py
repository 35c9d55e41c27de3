"""The new words of a reply: without what it quotes and without its signature.

Nothing is stored cut: this is for reading commands, intents and notes. In doubt a line stays, and whatever
stands above the first quote always does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import quotequail

from inboxcrm.mail.quoting import LONGEST_LINE, attribution_length, is_quoted, is_separator

MAX_INPUT = 200_000
_SENT_FROM = re.compile(
    r"(?:sent from (?:my|outlook|mail|yahoo|proton)|get outlook for|verzonden vanaf mijn|verstuurd vanaf mijn"
    r"|von meinem \w+ gesendet|gesendet mit|envoyé (?:de|depuis) mon|envoyé à partir de|enviado desde mi"
    r"|inviato da(?:l mio)?|enviado do meu|sendt fra min|skickat från min|wysłane z)\b.{0,60}",
    re.IGNORECASE,
)


def new_words(text: str) -> str:
    """The reply's own words; of a mail that quotes nothing all of it but the signature. Input is cut at 200,000."""
    lines = text[:MAX_INPUT].replace("\r\n", "\n").split("\n")
    kept = _without_signature(_without_quotes(lines))
    return "\n".join(line.rstrip() for line in kept).strip("\n")


def _without_quotes(lines: list[str]) -> list[str]:
    kept: list[str] = []
    at = 0
    while at < len(lines):
        if is_quoted(lines[at]):
            at += 1
            continue
        length = attribution_length(lines, at)
        if not length and (is_separator(lines, at) or _is_known_to_quotequail(lines, at)):
            break
        if length and not _quote_follows(lines, at + length):
            break
        if not length:
            kept.append(lines[at])
        at += length or 1
    return kept


def _quote_follows(lines: Sequence[str], at: int) -> bool:
    """Below an attribution, lines marked by > come: new words may stand between and below them."""
    return next((is_quoted(line) for line in lines[at:] if line.strip()), False)


def _is_known_to_quotequail(lines: Sequence[str], at: int) -> bool:
    """Its patterns know more languages; ours ask for a date, an address or a mark in the line too."""
    line = lines[at][:LONGEST_LINE]
    if not line.rstrip().endswith((":", "-", "_", ">")) or not re.search(r"\d{2}|@|---|____", line):
        return False
    is_shown, _ = quotequail.quote(line, limit=2, quote_intro_line=True)[-1]
    return not is_shown


def _without_signature(lines: list[str]) -> list[str]:
    """Cut at the line `-- ` (RFC 3676 section 4.3), and drop the line that a telephone adds at the end."""
    for at, line in enumerate(lines):
        if line.rstrip("\r") in ("-- ", "--") and any(above.strip() for above in lines[:at]):
            lines = lines[:at]
            break
    while lines and (not lines[-1].strip() or _SENT_FROM.fullmatch(lines[-1].strip()[:200])):
        lines = lines[:-1]
    return lines
