"""How many licences a mail wants, and instead of how many; what is not said plainly stays unknown (RN-2).

Nothing is guessed: a count that is doubted, denied, asked about or said in two ways is asked of the handler.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 5000  # characters that are looked at
_N = r"(?<![\w.,])(\d{1,6})(?![\w%]| %|[.,]\d)"
_UNIT = r"(?:licen[cs]es?|lisens(?:er|ene)?|seats?|users?|brukere|tilganger)"
_MAY_UNIT = rf"(?: {_UNIT})?"
_LESS = (
    r"(?:reduc\w{0,5}|cut\w{0,5}|lower\w{0,5}|decreas\w{0,5}|downsiz\w{0,5}|drop\w{0,5}|go(?:ing)? down|"
    r"reduser\w{0,5}|nedjuster\w{0,5}|juster\w{0,5} ned|kutt\w{0,5}|senk\w{0,5}|gå ned)"
)
_MORE = (
    r"(?:increas\w{0,5}|rais\w{0,5}|expand\w{0,5}|extend\w{0,5}|go(?:ing)? up|"
    r"øk\w{0,5}|utvid\w{0,5}|oppjuster\w{0,5}|juster\w{0,5} opp|gå opp)"
)
_NEAR = r"[^\d]{0,60}?"
_FROM_TO = re.compile(rf"\b(?:from|fra) {_N}{_MAY_UNIT} (?:down |up |ned |opp )?(?:to|til) {_N}{_MAY_UNIT}")
_INSTEAD = re.compile(
    rf"{_N}{_MAY_UNIT} (?:instead of|rather than|(?:isteden|istedet|i stedet|i steden)(?: ?for)?) {_N}{_MAY_UNIT}"
)
_BY = {
    -1: re.compile(rf"\b{_LESS}\b{_NEAR}\b(?:by|med) {_N} (?:fewer |færre )?{_UNIT}"),
    1: re.compile(rf"\b{_MORE}\b{_NEAR}\b(?:by|med) {_N} (?:more |flere )?{_UNIT}"),
}
_FEWER = {
    -1: re.compile(rf"{_N} (?:fewer|less|færre) {_UNIT}"),
    1: re.compile(rf"{_N} (?:more|additional|extra|further|flere|ekstra|nye) {_UNIT}"),
}
_TO = {
    -1: re.compile(rf"\b{_LESS}\b{_NEAR}\b(?:to|til) {_N} {_UNIT}"),
    1: re.compile(rf"\b{_MORE}\b{_NEAR}\b(?:to|til) {_N} {_UNIT}"),
}
_ABOUT_UNITS = re.compile(rf"\b{_UNIT}\b")
_SENTENCE = re.compile(r"[.!?](?=\s|$)|\n{2,}")
# What makes a count a thought rather than a wish.
_DOUBT = re.compile(
    r"\b(?:not|never|no longer|if|whether|maybe|perhaps|might|about|approximately|roughly|around|or|"
    r"consider\w{0,4}|wonder\w{0,4}|unsure|"
    r"ikke|aldri|hvis|dersom|om vi|om det|vurder\w{0,3}|lurer|usikk\w{0,4}|kanskje|muligens|ca|circa|rundt|"
    r"omtrent|cirka|eller)\b|n't\b|\d ?[-–] ?\d"
)


@dataclass(frozen=True, slots=True)
class Licences:
    """What a mail says of counts: how many it wants, how many it has, and by how many they change; None: not said."""

    wanted: int | None = None
    before: int | None = None
    change: int | None = None

    def settled(self, known: int | None) -> tuple[int | None, int | None]:
        """Give how many are wanted, and how many there were, with what is known of the customer besides.

        Where the two contradict each other, or a sum makes no sense, what is doubtful is None.
        """
        if self.before is not None and known is not None and self.before != known:
            return self.wanted, None
        before = self.before if self.before is not None else known
        if self.wanted is not None or self.change is None or before is None:
            return self.wanted, before
        wanted = before + self.change
        return (wanted if wanted >= 0 else None), before


def read_licences(own_words: str) -> Licences:
    """Read the counts out of a mail's own words; several sentences that disagree say nothing."""
    found = set[Licences]()
    for sentence in _sentences(own_words):
        if (one := _read(sentence)) == Licences():
            continue
        if _DOUBT.search(sentence):
            return Licences()
        found.add(one)
    if not found:
        return Licences()
    joined = [
        {value for one in found if (value := getattr(one, name)) is not None} for name in Licences.__slots__
    ]
    if any(len(values) > 1 for values in joined):
        return Licences()
    wanted, before, change = (next(iter(values), None) for values in joined)
    if None not in (wanted, before, change) and wanted != (before or 0) + (change or 0):
        return Licences()
    return Licences(wanted, before, change)


def _sentences(own_words: str) -> list[str]:
    whole = own_words[:LONGEST].lower()
    return [" ".join(part.split()) for part in _SENTENCE.split(whole) if _ABOUT_UNITS.search(part)]


def _read(sentence: str) -> Licences:
    if pairs := {(int(one[1]), int(one[2])) for one in _FROM_TO.finditer(sentence)}:
        [(before, wanted), *others] = pairs
        return Licences() if others else Licences(wanted, before)
    if pairs := {(int(one[1]), int(one[2])) for one in _INSTEAD.finditer(sentence)}:
        [(wanted, before), *others] = pairs
        return Licences() if others else Licences(wanted, before)
    changes = {
        sign * int(one[1])
        for patterns in (_BY, _FEWER)
        for sign, pattern in patterns.items()
        for one in pattern.finditer(sentence)
    }
    targets = {int(one[1]) for pattern in _TO.values() for one in pattern.finditer(sentence)}
    if len(changes) > 1 or len(targets) > 1:
        return Licences()
    return Licences(wanted=next(iter(targets), None), change=next(iter(changes), None))
