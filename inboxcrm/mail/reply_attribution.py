"""The line above a quote that says who wrote it and when, as mail programs write it, wrapped or not.

"On Mon, Jan 6, 2025 at 10:02 AM Anna <a@b.test> wrote:" is one; "On Monday we wrote the offer:" is a sentence.
What tells them apart: the line begins with a date or a name, ends with a colon, says that somebody wrote (or
has an address and a time), and holds hardly a word in small letters beside those that such lines have.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from inboxcrm.mail.reply_language import (
    ADDRESS,
    CLOCK,
    DATE,
    MONTHS,
    OPENERS,
    PRONOUNS,
    QUOTING,
    SMALL,
    WEEKDAYS,
    WROTE,
)

LONGEST_LINE = 1000
LONGEST = 600
LONGEST_QUOTING = max(map(len, QUOTING))
MOST_FOREIGN_WORDS = 5
SHORTEST = 6  # "Al, <"
MOST_WRAPPED_LINES = 5
_DECORATION = " \t\xa0-–—*_•"
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W\d_]+")
_NO_NAMES = re.compile(
    r"<[^<>]{0,300}>|\([^()]{0,300}\)|\[[^\[\]]{0,300}\]|\"[^\"]{0,200}\"|«[^«»]{0,200}»|\S*@\S*|gmt\S*"
)
_MARK = re.compile(r"(?:[A-Z][A-Za-z]{0,3})?>|\|")
_OLD_GMAIL = re.compile(
    r"\d{4}[-/]\d{1,2}[-/]\d{1,2}\s(?:\d{1,2}:\d{2}\sGMT[+-]\d{1,2}:?\d{2}\s[^<>@:]{1,120}|[^<>@:]{1,120}<[^<>\s]{3,200}>)"
)
_LONG_STEMS = tuple(stem for stem in (*MONTHS, *WEEKDAYS) if len(stem) > 2)
_SHORT_STEMS = frozenset(stem for stem in (*MONTHS, *WEEKDAYS) if len(stem) <= 2)


def attribution_length(lines: Sequence[str], at: int) -> int:
    """How many lines from `at` on are one attribution; 0 if none begins there."""
    first = lines[at][:LONGEST_LINE].strip(_DECORATION)
    if not (_begins_with_date(first) or _begins_with_name(first)):
        return 0
    end = _end_of_one(lines, at)
    if not end:
        return 1 if _is_attribution(lines[at][:LONGEST_LINE].strip(), lines, at + 1) else 0
    joined = ""
    for full, line in enumerate(filter(None, (line.strip() for line in lines[at:end])), start=1):
        joined = f"{joined} {line}" if joined else line
        if full > MOST_WRAPPED_LINES or len(joined) > LONGEST or _begins_anew(joined, line, full):
            return 0
    return end - at if _is_attribution(joined, lines, end) else 0


def _end_of_one(lines: Sequence[str], at: int) -> int:
    """The line after the next one that ends with a colon, or with dashes if it began so; 0 if none is in reach."""
    ends = (":", "：", "--") if lines[at].lstrip().startswith("--") else (":", "：")
    for place in range(at, min(at + MOST_WRAPPED_LINES + 2, len(lines))):
        line = lines[place].rstrip()
        if line.endswith(ends) or line.rstrip(_DECORATION).endswith(ends):
            return place + 1
        if not line and not (place > at and _is_broken_at_address(lines, place)):
            return 0
    return 0


def _begins_with_date(line: str) -> bool:
    """Tell a line as "On Mon, Jan 6", "Am 6.1.2025", "man. 6. jan." or "2025-01-06 10:02"."""
    first = _FIRST_WORD.match(line)
    if first:
        word = first[0].lower()
        if word not in OPENERS and not _is_of_calendar(word):
            return False
        if (
            word in OPENERS
            and len(line) < 16
            and line.endswith(",")
            and _is_of_calendar(line.split()[-1].lower())
        ):
            return True  # "On Mon,": wrapped ahead of the date
    head = line[:120]
    return (
        (first is not None or head[:1].isdigit())
        and _DIGIT.search(head) is not None
        and DATE.search(head) is not None
    )


def _begins_with_name(line: str) -> bool:
    """Tell a line as "Anna <a@b.test> schrieb am …", "Anna wrote:", "Quoting Anna" """
    if len(line) <= SHORTEST:
        return False
    if "@" in line:
        return line.endswith(("<", ">", ":")) or WROTE.search(line) is not None or _quotes(line)
    return line.endswith("<") or (line.endswith(":") and WROTE.search(line) is not None) or _quotes(line)


def _quotes(line: str) -> bool:
    return line[:LONGEST_QUOTING].lower().startswith(QUOTING)


def _is_of_calendar(word: str) -> bool:
    return word in _SHORT_STEMS or word.startswith(_LONG_STEMS)


def _is_broken_at_address(lines: Sequence[str], at: int) -> bool:
    """HTML that was made into text may have an empty line ahead of the address."""
    return at + 1 < len(lines) and lines[at + 1].lstrip().startswith("<")


def _begins_anew(joined: str, line: str, full: int) -> bool:
    """An attribution has one beginning: what stands above the second is a line of its own."""
    if full == 1:
        return False
    if line.startswith(">"):
        return joined.count("<") < joined.count(">")
    return _begins_with_date(line.strip(_DECORATION)) and DATE.search(joined[: -len(line)]) is not None


def _is_attribution(joined: str, lines: Sequence[str], after: int) -> bool:
    text = joined.rstrip(_DECORATION)
    has_end = text.endswith((":", "：")) or (joined.startswith("--") and joined.endswith("--"))
    core = text.rstrip(" :：\xa0")
    verbs = list(WROTE.finditer(core))
    if not has_end:
        is_last = bool(verbs) and not core[verbs[-1].end() :].strip(" ()a")
        return _is_quote_next(lines, after) if is_last else _is_old_gmail(joined, lines, after)
    has_address = ADDRESS.search(core) is not None
    is_dated = _DIGIT.search(core) is not None and DATE.search(core) is not None
    own = _own_words(core)
    if verbs:
        if core[verbs[-1].end() :].lstrip().startswith(","):  # "as she wrote, 20 are enough:"
            return False
        if has_address:
            return own <= (2 if is_dated else 1)
        if is_dated:
            is_sure = CLOCK.search(core) is not None or _is_quote_next(lines, after)
            return own <= 2 and (is_sure or not _has_pronoun_beside(core, verbs[-1]))
        return own <= 2 and len(core) <= 80 and _is_quote_next(lines, after)
    if has_address and is_dated and CLOCK.search(core) is not None and _is_quote_next(lines, after):
        return own <= MOST_FOREIGN_WORDS  # in whatever language
    return own <= 2 and _has_evidence_without_verb(core, has_address, is_dated, lines, after)


def _has_evidence_without_verb(
    core: str, has_address: bool, is_dated: bool, lines: Sequence[str], after: int
) -> bool:
    """Some programs have a time and an address alone: `30.09.2017, 18.30, "John" <j@doe.test>:`."""
    if _quotes(core.strip(_DECORATION)):
        return has_address or is_dated or _is_quote_next(lines, after)
    if not is_dated or not _begins_with_date(core.strip(_DECORATION)):
        return False
    has_clock = CLOCK.search(core) is not None or _is_quote_next(lines, after)
    return has_clock and (has_address or _is_quote_next(lines, after))


def _is_old_gmail(joined: str, lines: Sequence[str], after: int) -> bool:
    """Tell `2016-03-03 17:21 GMT+01:00 Some One` on a line by itself."""
    if not joined[:1].isdigit() or not _OLD_GMAIL.fullmatch(joined):
        return False
    below = lines[after].strip() if after < len(lines) else ""
    return not below or below.startswith((">", "|"))


def _is_quote_next(lines: Sequence[str], at: int) -> bool:
    """Whether lines marked by > or initials come next, after at most two empty ones."""
    for line in lines[at : at + 3]:
        if stripped := line.lstrip():
            return _MARK.match(stripped) is not None
    return False


def _own_words(core: str) -> int:
    """How many words in small letters are neither of a date nor such as these lines have."""
    bare = WROTE.sub(" ", _NO_NAMES.sub(" ", core))
    return sum(
        1
        for word in _WORD.findall(bare)
        if word.islower() and word not in SMALL and not _is_of_calendar(word)
    )


def _has_pronoun_beside(core: str, verb: re.Match[str]) -> bool:
    before, after = _WORD.findall(core[: verb.start()]), _WORD.findall(core[verb.end() :])
    beside = {word.lower() for word in (*before[-1:], *after[:1])}
    return not beside.isdisjoint(PRONOUNS)
