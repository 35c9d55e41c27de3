"""Paragraphs that companies, virus scanners and list servers add to a mail: disclaimers and lists' footers.

A paragraph is one if it speaks of two of the matters of which disclaimers speak (secrecy, the addressee, a
mistake, deletion, liability, the register …) at some length, or has a phrase that nobody writes himself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from inboxcrm.mail.reply_language import FOOTERS

SHORTEST = 70  # letters; "This is confidential, please delete it" is a person's own sentence
SHORTEST_PHRASE = 20
LONGEST_PHRASED = 700
LONGEST_LIST_LINE = 200
MOST_LIST_LINES = 12
LONGEST_READ = 6000
_RULE = re.compile(r"[-_=*—–\s]{2,200}")
_LINK = re.compile(r"<?https?://\S+")
_PHRASES: tuple[str, ...] = tuple(FOOTERS["phrases"])
_LISTS: tuple[str, ...] = tuple(FOOTERS["lists"])
_MATTERS: tuple[tuple[str, ...], ...] = tuple(tuple(words) for words in FOOTERS["matters"].values())


def footers(lines: Sequence[str], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Give the places (from, to) of such paragraphs between two lines, from the top."""
    text = "\n".join(lines[start:end]).lower()
    if len(text) < SHORTEST_PHRASE or not _may_hold_one(text):
        return
    while end > start and not lines[end - 1].strip():
        end -= 1
    for first, last in _paragraphs(lines, start, end):
        words = " ".join(line.strip() for line in lines[first:last])[:LONGEST_READ].lower()
        if _is_disclaimer(words) or _is_list_footer(lines[first:last], words, is_last=last == end):
            yield first, last


def _may_hold_one(text: str) -> bool:
    return _holds(text, _PHRASES) or _holds(text, _LISTS) or (len(text) >= SHORTEST and _matters(text) >= 2)


def _holds(text: str, words: tuple[str, ...]) -> bool:
    for word in words:  # noqa: SIM110  # half the time of any(), on every mail
        if word in text:
            return True
    return False


def _matters(text: str) -> int:
    return sum([_holds(text, words) for words in _MATTERS])


def _is_disclaimer(words: str) -> bool:
    if len(words) <= LONGEST_PHRASED and _holds(words, _PHRASES):
        return True
    needed = 2 if len(words) >= 2 * SHORTEST else 3
    return len(words) >= SHORTEST and _matters(words) >= needed


def _is_list_footer(lines: Sequence[str], words: str, *, is_last: bool) -> bool:
    """A line of dashes, and below it what list this is and how to leave it; or a link to that at the very end."""
    if len(lines) > MOST_LIST_LINES or not _holds(words, _LISTS):
        return False
    first = lines[0].strip()
    if len(lines) == 1 and _LINK.fullmatch(first[:LONGEST_LIST_LINE]):
        return is_last and "listinfo" in words
    return _RULE.fullmatch(first) is not None and len(words) > len(first)


def _paragraphs(lines: Sequence[str], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Runs of lines that hold something; a line of dashes begins a new one."""
    first = -1
    for at in range(start, end):
        line = lines[at].strip()
        is_rule = bool(line) and _RULE.fullmatch(line[:300]) is not None
        if first >= 0 and (not line or is_rule):
            yield first, at
            first = -1
        if line and first < 0:
            first = at
    if first >= 0:
        yield first, end
