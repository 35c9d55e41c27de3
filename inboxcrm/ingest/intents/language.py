"""Guesses the languages of a mail by its small words; a short or mixed mail may be in several."""

from __future__ import annotations

from collections.abc import Iterable

from inboxcrm.ingest.intents.sentences import Sentence
from inboxcrm.ingest.intents.vocabulary import Vocabulary

FEWEST = 2  # small words, below which nothing can be said
SHARE_OF_BEST = 0.6
MOST_SENTENCES = 40


def guess_languages(vocabulary: Vocabulary, sentences: Iterable[Sentence]) -> list[str]:
    """Give the languages that a mail may be in, the likeliest first; all of them if it says too little."""
    words: set[str] = set()
    for sentence in list(sentences)[:MOST_SENTENCES]:
        words |= sentence.tokens
    scores = {name: len(words & language.small_words) for name, language in vocabulary.languages.items()}
    best = max(scores.values(), default=0)
    likely = [name for name, score in scores.items() if best < FEWEST or score >= best * SHARE_OF_BEST]
    return sorted(likely, key=lambda name: -scores[name])
