"""One thing that a mail asks for or says, with the words that tell it and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

HIGH, DOUBTED, LOW = 0.9, 0.5, 0.3
SURE_FROM = 0.8


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing that a mail asks for or says.

    `words` is its sentence, from character `start` of the own words on (-1: it stands in the subject, -2: in a
    file's name). `value`: the number of a purchase order, the count of licences, the ISO date of a return.
    """

    name: str
    words: str
    confidence: float
    start: int = 0
    value: str = ""
    substitute: str = ""

    @property
    def is_sure(self) -> bool:
        """Whether it may be acted on; an unsure one becomes a question to the rep, never an act."""
        return self.confidence >= SURE_FROM

    def plain(self) -> dict[str, object]:
        """Give the intent as plain values."""
        return {
            "name": self.name,
            "words": self.words,
            "is_sure": self.is_sure,
            "confidence": self.confidence,
            "start": self.start,
            "value": self.value,
        } | ({"substitute": self.substitute} if self.substitute else {})
