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
    ("renegotiation", "purchase order"),
    ("acceptance", "meeting"),
)
# (and this only if a frame tells it): "too dear for us, so we pass"
OUTDONES_FRAME_IN_SENTENCE = (("rejection", "renegotiation"), ("quote request", "renegotiation"))
# (if this is said anywhere, this is not meant if only a frame tells it): "we went elsewhere, they agreed at once"
OUTDONES_FRAME = (
    ("rejection", "acceptance"),
    ("cancellation", "acceptance"),
    ("renegotiation", "acceptance"),
    ("cancellation", "rejection"),
    ("unsubscribe", "rejection"),
    ("upgrade", "rejection"),
    ("payment", "rejection"),
    ("out of office", "rejection"),
    ("purchase order", "rejection"),
    ("cancellation", "renegotiation"),
    ("out of office", "meeting"),
)
# (and this only if a phrase tells it)
PHRASE_OUTDONES_FRAME = (
    ("acceptance", "rejection"),
    ("acceptance", "renegotiation"),
    ("rejection", "renegotiation"),
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
        if rival is None or _rank(hit) > _rank(rival):
            best[hit.intent] = hit
    for strong, weak in OUTDONES_FRAME:
        if strong in best and weak in best and best[weak].is_frame:
            del best[weak]
    for strong, weak in PHRASE_OUTDONES_FRAME:
        if strong in best and weak in best and best[weak].is_frame and not best[strong].is_frame:
            del best[weak]
    asks = any(sentence.is_question for sentence in sentences)
    for name, hit in best.items():
        is_doubted = any(strong in best and weak == name for strong, weak in DOUBTED_BY)
        if is_doubted or (asks and name in ("acceptance", "rejection")):
            best[name] = replace(hit, is_strong=False)
    return list(best.values())


def _rank(hit: Hit) -> tuple[bool, bool]:
    return hit.is_strong, not hit.is_frame


def _is_outdone(hit: Hit, hits: Sequence[Hit]) -> bool:
    if hit.is_frame and any(
        (other.intent, hit.intent) in OUTDONES_FRAME_IN_SENTENCE and other.sentence is hit.sentence
        for other in hits
    ):
        return True
    stronger = [strong for strong, weak in OUTDONE_IN_SENTENCE if weak == hit.intent]
    return any(other.intent in stronger and other.sentence is hit.sentence for other in hits)
