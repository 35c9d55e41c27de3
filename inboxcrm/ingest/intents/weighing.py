"""Weighs the intents of one mail against each other, and makes of many hits one of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from inboxcrm.ingest.intents.hits import Hit
from inboxcrm.ingest.intents.sentences import Sentence

# (if this is said in the same sentence, this is not what was meant): "cancel the newsletter", "no more seats"
OUTDONE_IN_SENTENCE = (
    ("unsubscribe", "cancellation"),
    ("left the company", "cancellation"),
    ("cancellation", "purchase order"),
    ("payment", "purchase order"),
    ("renegotiation", "quote request"),
    ("acceptance", "meeting"),
)
# (if this is said anywhere, this is not sure)
DOUBTED_BY = (
    ("rejection", "acceptance"),
    ("acceptance", "rejection"),
    ("renegotiation", "acceptance"),
    ("renegotiation", "rejection"),
    ("cancellation", "acceptance"),
    ("out of office", "acceptance"),
    ("quote request", "acceptance"),
    ("quote request", "rejection"),
    ("cancellation", "purchase order"),
    ("rejection", "purchase order"),
)


def weigh(hits: Sequence[Hit], sentences: Sequence[Sentence]) -> list[Hit]:
    """Give the best hit of each intent in the order of the text, less what others outdo."""
    kept = [hit for hit in hits if not _is_outdone(hit, hits)]
    best: dict[str, Hit] = {}
    for hit in kept:
        rival = best.get(hit.intent)
        if rival is None or (hit.is_strong and not rival.is_strong):
            best[hit.intent] = hit
    asks = any(sentence.is_question for sentence in sentences)
    for name, hit in best.items():
        is_doubted = any(strong in best and weak == name for strong, weak in DOUBTED_BY)
        if is_doubted or (asks and name in ("acceptance", "rejection")):
            best[name] = replace(hit, is_strong=False)
    return list(best.values())


def _is_outdone(hit: Hit, hits: Sequence[Hit]) -> bool:
    stronger = [strong for strong, weak in OUTDONE_IN_SENTENCE if weak == hit.intent]
    return any(other.intent in stronger and other.sentence is hit.sentence for other in hits)
