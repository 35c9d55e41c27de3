"""How mail programs announce what they quote. The words are those of `reply_words.toml`; the patterns are linear.

An attribution is the line above a quote ("On … wrote:"), perhaps wrapped; a separator ("-----Original
Message-----"), a block of headers or a "reply above this line" ends the new words for good. All functions here
ask about a line in its place, and look at no more than a few lines below it and at a line's first 1,000 characters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from inboxcrm.mail.reply_attribution import attribution_length
from inboxcrm.mail.reply_language import (
    ADDRESS,
    BEGIN,
    DATE,
    FIELDS,
    LONGEST_FIELD_NAME,
    MARKERS,
    ORIGINAL,
    SENT_NAMES,
)

LONGEST_LINE = 1000
MOST_HEADER_LINES = 24
MOST_FOLDED_LINES = 3
_RULE = re.compile(r"[-_=*\u2010-\u2015\s]{5,200}")
_TITLED_RULE = re.compile(r"[-_=\u2010-\u2015]{3,60}[^-_=].{0,80}[-_=\u2010-\u2015]{3,60}")
_RULERS = tuple("-_=*\u2010\u2011\u2012\u2013\u2014\u2015")
_RULE_OR_SPACE = ("---", "___", " ", "\t", "|", "\xa0")


def is_quoted(line: str) -> bool:
    """A line that a mail program marked with >."""
    return line.lstrip().startswith(">")


def header_length(lines: Sequence[str], at: int) -> int:
    """How many lines from `at` on announce an older mail, in whatever way; 0 if they do not."""
    return separator_length(lines, at) or header_block_length(lines, at) or attribution_length(lines, at)


def separator_length(lines: Sequence[str], at: int) -> int:
    """A line such as "-----Original Message-----" or a rule, with the block of headers below it."""
    line = lines[at][:LONGEST_LINE].strip()
    if not line or not (line.startswith(_RULERS) or line.endswith((":", "-", "#"))):  # most lines by far
        return 0
    bare, below = line.strip("* "), _next_full(lines, at + 1, 2)
    if ORIGINAL.fullmatch(bare[:250]) or _is_begin(bare):
        fields = (header_block_length(lines, below, 1) or attribution_length(lines, below)) if below else 0
        return below - at + fields if fields else 1
    if below and (_RULE.fullmatch(line) or _TITLED_RULE.fullmatch(bare[:200])):
        block = header_block_length(lines, below, 2)
        if block:
            return below - at + block
    return 1 if _is_marker(line) else 0


def _is_begin(line: str) -> bool:
    return line.endswith(":") and BEGIN.fullmatch(line[:100]) is not None


def _is_marker(line: str) -> bool:
    """A ticket system's line, in its dashes or number signs: "##- Please type your reply above this line -##"."""
    if not line.startswith(("-", "#", "=", "_", "*")) or len(line) > 200:
        return False
    lowered = line.lower()
    return any(words in lowered for words in MARKERS)


def _next_full(lines: Sequence[str], at: int, most_blank: int) -> int:
    """The next line that holds something, at most so many empty ones below; 0 if there is none."""
    for place in range(at, min(at + most_blank + 1, len(lines))):
        if lines[place].strip():
            return place
    return 0


def header_block_length(lines: Sequence[str], at: int, enough: int = 3) -> int:
    """Headers of an older mail as text: From and two more, one of which tells it from a form or a route.

    "From: Amsterdam, To: Rotterdam, Date: Friday" is a route: a mail has a subject, an address or a "Sent".
    Below a rule two of them are enough, below the words "Original message" one.
    """
    if field_kind(lines[at]) is None:
        return 0
    kinds: set[str] = set()
    end, evidence, folded, blank = at, enough < 3, 0, 0
    for place in range(at, min(at + MOST_HEADER_LINES, len(lines))):
        line = lines[place]
        kind = field_kind(line)
        if kind:
            if kind in kinds and kind in ("from", "date", "subject"):
                break
            kinds.add(kind)
            end, folded, blank = place + 1, 0, 0
            evidence = evidence or _is_of_a_mail(line, kind)
        elif not line.strip():
            blank += 1
        else:
            folded += 1
            if blank:  # words below an empty line are the older mail's
                break
        if folded > MOST_FOLDED_LINES or blank > 2:
            break
    is_block = evidence and len(kinds) >= enough and ("from" in kinds or enough == 1)
    return end - at if is_block else 0


def _is_of_a_mail(line: str, kind: str) -> bool:
    if kind == "subject" or line.lstrip()[:1] == "*":
        return True
    if kind == "date":
        name = line[:LONGEST_FIELD_NAME].partition(":")[0].strip(" \t*_\xa0").lower()
        return name in SENT_NAMES and DATE.search(line[:200]) is not None
    return "@" in line and ADDRESS.search(line[:LONGEST_LINE]) is not None


def field_kind(line: str) -> str | None:
    """Which header a line such as "Gesendet: …" or "*From:* …" shows; some programs glue it to a rule of dashes."""
    if line.startswith(_RULE_OR_SPACE):
        line = line[:200].lstrip(" \t-_|\xa0")
    head, colon, _ = line[: LONGEST_FIELD_NAME + 8].partition(":")
    if not colon:
        head, colon, _ = head.partition("：")
    return FIELDS.get(head.strip(" \t*_\xa0").lower()) if colon else None
