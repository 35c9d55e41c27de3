"""What a customer's own words ask for (IN-12): with the words as evidence, and how sure that is.

A sentence that also denies, doubts, conditions or asks is never sure; an unsure intent becomes a question to
the rep, never an act.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

SENTENCE = re.compile(r"[^.!?\n]+[.!?\n]?")
ACCEPTANCE = re.compile(
    r"\b(?:we accept|i accept|we hereby accept|accepted|we agree|i agree|go ahead|please proceed|you have a deal|"
    r"offer is approved|quote is approved|we would like to order|please consider this our order|"
    r"akkoord|wij gaan akkoord|we accepteren|einverstanden|wir nehmen .{0,20}angebot an|vi aksepterer|"
    r"nous acceptons|bon pour accord|aceptamos)\b",
    re.IGNORECASE,
)
DOUBT = re.compile(
    r"\b(?:not|no|never|cannot|can't|won't|don't|didn't|haven't|isn't|if|unless|before|once|until|but|however|"
    r"when|whether|would|could|should|maybe|perhaps|subject to|provided|almost|nearly|niet|als|maar|nicht|wenn|"
    r"aber|ikke|hvis|pas|si)\b|n't\b|\?",
    re.IGNORECASE,
)
# Words that take an acceptance back or tie it to something, wherever in the mail they stand.
CONDITION = re.compile(
    r"\b(?:but|however|provided|subject to|unless|only if|on condition|conditional|instead|discount|cheaper|"
    r"less expensive|price down|changed our mind|withdraw|maar|mits|aber|jedoch|sofern|men|mais|pero)\b"
    r"|\d ?% (?:less|off)",
    re.IGNORECASE,
)
POLITE = re.compile(r"\bwe would like to order\b", re.IGNORECASE)
REJECTION = re.compile(
    r"\b(?:we decline|not interested|we have decided against|no thank you)\b", re.IGNORECASE
)
PURCHASE_ORDER = re.compile(
    r"\b(?:PO|P\.O\.|purchase order|inkooporder|bestelnummer|bestellnummer)"
    r"[ \t]{0,3}(?:number|no\.?|nr\.?)?[ \t]{0,3}(?:is|:|#)?[ \t]{0,3}"
    r"((?=[A-Z0-9/-]{0,24}[0-9])[A-Z0-9][A-Z0-9/-]{1,24})\b",
    re.IGNORECASE,
)
QUOTE_REQUEST = re.compile(r"\b(?:a|your) (?:quote|quotation|offer) (?:for|on)\b", re.IGNORECASE)
LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing that a mail asks for or says."""

    name: str
    words: str
    is_sure: bool
    value: str = ""

    def plain(self) -> dict[str, object]:
        """Give the intent as plain values."""
        return {"name": self.name, "words": self.words, "is_sure": self.is_sure, "value": self.value}


def read_intents(own_words: str) -> list[Intent]:
    """Give the intents of a reply's own words; quoted text must be cut off before."""
    text = own_words[:LONGEST].replace("\u2019", "'")
    found = [*_acceptance(text), *_purchase_order(text)]
    if match := REJECTION.search(text):
        found.append(Intent("rejection", match[0], is_sure=not found))
    if match := QUOTE_REQUEST.search(text):
        found.append(Intent("quote request", match[0], is_sure=True))
    if not found and "?" in text:
        found.append(Intent("question", _sentence_with(text, "?"), is_sure=True))
    return found


def _acceptance(text: str) -> list[Intent]:
    sentences = [s for s in SENTENCE.findall(text) if ACCEPTANCE.search(s)]
    if not sentences:
        return []
    is_doubted = any(DOUBT.search(POLITE.sub("", s)) for s in sentences)
    is_sure = not (is_doubted or CONDITION.search(text) or "?" in text)
    return [Intent("acceptance", sentences[0].strip(), is_sure)]


def _purchase_order(text: str) -> list[Intent]:
    match = PURCHASE_ORDER.search(text)
    return (
        [
            Intent(
                "purchase order",
                match[0],
                is_sure=not DOUBT.search(_sentence_with(text, match[0])),
                value=match[1].upper(),
            )
        ]
        if match
        else []
    )


def _sentence_with(text: str, mark: str) -> str:
    return next((s.strip() for s in SENTENCE.findall(text) if mark in s), "")[:300]
