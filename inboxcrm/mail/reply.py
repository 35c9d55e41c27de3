"""Separates the new words of a reply from what it quotes, its signature and what servers add, by places in the text.

Nothing is cut from what is stored: the segments cover the whole text. What somebody else wrote never counts as new,
for commands and acceptances are read from the new words; else a line stays new in doubt. Time is linear in the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from inboxcrm.mail.reply_footers import footers
from inboxcrm.mail.reply_marks import Kind, mark_quotes
from inboxcrm.mail.reply_parent import is_repeated, runs_of
from inboxcrm.mail.reply_signature import signature_start

MOST_SEGMENTS = 2000  # a mail of people has some dozens
MOST_LINES_BELOW_FOOTER = 12  # a company's address between its disclaimers


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a text from `start` to before `end` (in characters), and what it is."""

    start: int
    end: int
    kind: Kind


def split_reply(text: str, parent_text: str | None = None) -> tuple[Segment, ...]:
    """Tell what each piece of a mail's text is; with the text of the mail that it answers, unmarked quotes too.

    The segments cover the text in order, each a run of whole lines. From the 2,000th on the rest is one quote.
    """
    lines = text.split("\n")
    kinds = mark_quotes(lines)
    if parent_text:
        _mark_repeated(lines, kinds, runs_of(parent_text))
    _mark_signatures(lines, kinds)
    return tuple(_segments(lines, kinds))


def new_words(text: str, parent_text: str | None = None) -> str:
    """The reply's own words, all that is new in it; of a mail that quotes nothing all of it but the signature."""
    return words_in(text, split_reply(text, parent_text))


def words_in(text: str, segments: Sequence[Segment]) -> str:
    """The new segments of a text, without space at the ends of lines and without empty lines around it."""
    own = "".join(text[segment.start : segment.end] for segment in segments if segment.kind == "new")
    return "\n".join(line.rstrip() for line in own.split("\n")).strip("\n")


def _mark_repeated(lines: Sequence[str], kinds: list[Kind], runs: frozenset[int]) -> None:
    for start, end in _zones(kinds):
        for is_full, group in groupby(range(start, end), key=lambda at: bool(lines[at].strip())):
            places = list(group)
            if is_full and is_repeated(lines[places[0] : places[-1] + 1], runs):
                kinds[places[0] : places[-1] + 1] = ["quote"] * len(places)


def _mark_signatures(lines: Sequence[str], kinds: list[Kind]) -> None:
    """Look for signatures and footers in each run of new lines."""
    has_words = False
    for start, end in list(_zones(kinds)):
        for first, last in footers(lines, start, end):
            kinds[first:last] = ["disclaimer"] * (last - first)
        own = next((at for at in range(start, end) if kinds[at] == "new" and lines[at].strip()), end)
        is_signed = False
        for first, last in list(_zones(kinds, start, end)):
            at = signature_start(lines, first, last, has_words_above=has_words or own < first)
            if is_signed and last - first <= MOST_LINES_BELOW_FOOTER:
                at = first
            is_signed = is_signed or at < last
            kinds[at:last] = ["signature"] * (last - at)
        has_words = has_words or own < end


def _zones(kinds: Sequence[Kind], start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Runs of new lines."""
    at = start
    for kind, group in groupby(kinds[start:end]):
        length = sum(1 for _ in group)
        if kind == "new":
            yield at, at + length
        at += length


def _segments(lines: Sequence[str], kinds: Sequence[Kind]) -> Iterator[Segment]:
    total = sum(map(len, lines)) + len(lines) - 1
    at = place = 0
    for number, (kind, group) in enumerate(groupby(kinds), start=1):
        count = sum(1 for _ in group)
        end = min(at + sum(len(line) + 1 for line in lines[place : place + count]), total)
        if number == MOST_SEGMENTS and end < total:
            yield Segment(at, total, "quote")
            return
        if end > at:
            yield Segment(at, end, kind)
        at, place = end, place + count
