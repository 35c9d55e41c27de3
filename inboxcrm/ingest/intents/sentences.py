"""Cuts a mail's own words into sentences and those into clauses; all places are those of the text as it came."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 20_000  # characters of a mail that are read
LONGEST_SENTENCE = 800
IN_SUBJECT, IN_FILE_NAME = -1, -2  # where a sentence stands that is none of the text
WRAPPED_AT = 55  # a line as long as this may go on in the next
_SIGNS = str.maketrans({"\u2019": "'", "\u2018": "'", "\u00a0": " ", "\t": " ", "\u202f": " ", "´": "'"})
ACCENTS = str.maketrans("éèêëïî", "eeeeii")
_WRAP = re.compile(r"(?<=[^\n.!?:;]) ?\n(?=[^\s\d*•>-])")
_END = re.compile(r"[!?…]+(?=[\s\"'“”»)]|$)|\.+(?=\s|$)|\n")
_SHORT = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|st|no|nos|nr|art|ca|bzw|inkl|zzgl|abzgl|evtl|max|min|tel|hr|fr|frl|dhr|mw|mevr|bv|resp|"
    r"vs|approx|incl|excl|dept|ref|pos|kl|ev|iht|etg|mfl|bl|str|prof|jan|feb|okt|nov|dez|dec|svp|bestell-nr|auftragsnr|"
    r"ing|dipl|ltd|mvh|jr|sr|xx|vg|vedr|osv)|\b\w)$"
)
_CLAUSE_END = re.compile(r"[,;:()\u2013\u2014]|\s-\s")
_GREETING = re.compile(
    r"^(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|evening|hoi|hallo|dag|beste|geachte|goedemiddag|"
    r"goedemorgen|goedendag|guten (?:tag|morgen|abend)|sehr geehrte[rs]?|liebe[rs]?|servus|moin|grüezi|grüß gott|"
    r"hei|god (?:dag|morgen)|heisann|bonjour|hola|estimad[oa]s?)\b[^,.!?\n]{0,50}(?:[,.!]+|$)\s*"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in lower case, where it starts in the text, its words, and its length there."""

    text: str
    start: int
    tokens: frozenset[str]
    length: int

    @property
    def is_question(self) -> bool:
        """Whether it ends by a question mark."""
        return "?" in self.text[-4:]

    def clause_around(self, start: int, end: int) -> str:
        """Give the words between the commas around a place."""
        begin, finish = self.clause_span(start, end)
        return self.text[begin:finish]

    def is_divided(self, start: int, end: int) -> bool:
        """Tell whether a clause ends within a part."""
        return _CLAUSE_END.search(self.text, start, end) is not None

    def clause_span(self, start: int, end: int) -> tuple[int, int]:
        """Tell from where to where the words between the commas around a place stand."""
        begin = 0
        for mark in _CLAUSE_END.finditer(self.text, 0, start):
            begin = mark.end()
        after = _CLAUSE_END.search(self.text, end)
        return begin, after.start() if after else len(self.text)


WORD = re.compile(r"\w+|👍")


def plain_text(text: str) -> str:
    """The first 20,000 characters with plain quotes and spaces, wrapped lines joined; as long as it was."""
    return _WRAP.sub(_join, text[:LONGEST].translate(_SIGNS))


def _join(wrap: re.Match[str]) -> str:
    line_start = wrap.string.rfind("\n", 0, wrap.start()) + 1
    return " " * len(wrap[0]) if wrap.start() - line_start >= WRAPPED_AT else wrap[0]


def lower_text(text: str) -> str:
    """The text in lower case without the accents that many leave out, as long as it was."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return lowered if lowered.isascii() else lowered.translate(ACCENTS)


def sentences_of(lowered: str) -> list[Sentence]:
    """Cut a text in lower case into its sentences, without greetings."""
    found: list[Sentence] = []
    start = 0
    for mark in _END.finditer(lowered):
        if mark[0] == "." and _is_no_end(lowered, mark, start):
            continue
        _add(found, lowered, start, mark.end())
        start = mark.end()
    _add(found, lowered, start, len(lowered))
    return found


def _is_no_end(text: str, mark: re.Match[str], start: int) -> bool:
    before = text[max(start, mark.start() - 12) : mark.start()]
    if before[-1:].isdigit():  # the 14. of February, but not the end of a line or "by 2026. We"
        after = text[mark.end() : mark.end() + 4].lstrip(" ")
        return len(re.search(r"\d*$", before)[0]) <= 2 and "\n" not in after and after[:1].isalpha()  # type: ignore[index]
    return bool(_SHORT.search(before))


def _add(found: list[Sentence], text: str, start: int, end: int) -> None:
    while start < end and text[start] in " \n\"'“”»)":
        start += 1
    if greeting := _GREETING.match(text[start:end]):
        start += greeting.end()
    for begin in range(start, end, LONGEST_SENTENCE):
        piece = text[begin : min(end, begin + LONGEST_SENTENCE)].rstrip()
        if any(map(str.isalnum, piece)) or piece in ("?", "👍"):
            found.append(Sentence(piece, begin, frozenset(WORD.findall(piece)), len(piece)))
