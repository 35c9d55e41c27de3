"""Questions that a person has to answer: those that are no polite form of another intent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from inboxcrm.ingest.intents.hits import Hit
from inboxcrm.ingest.intents.sentences import Sentence
from inboxcrm.ingest.intents.vocabulary import Vocabulary

# "Could you send a quote?" is a quote request and no question besides.
WORDED_AS_QUESTIONS = frozenset(
    (
        *(
            "information request",
            "quote request",
            "meeting",
            "purchase order",
            "renegotiation",
            "unsubscribe",
        ),
        *("upgrade", "cancellation", "licence count", "acceptance"),
    )
)
NAME = "question"
# A short question that follows one of these and asks for nothing by name belongs to it: "Too dear. Any way around it?"
FOLLOWED_UP = frozenset(("renegotiation", "meeting", "cancellation"))
MOST_WORDS = 9
_ASKS_FOR = re.compile(
    r"\b(?:how|what|which|where|when|who|whose|why|hoe|hoeveel|wat|welke?|waar\w*|wanneer|wie|waarom|was|wo\w*|wann|wer|wem|"
    r"wen|warum|wieso|welche[rsmn]?|hva|hvor\w*|når|hvem|hvilke\w*|kva|kor\w*|kven|kvifor)\b"
)


def questions_in(
    vocabulary: Vocabulary, languages: Sequence[str], sentences: Sequence[Sentence], hits: Sequence[Hit]
) -> list[Hit]:
    """Give the first sentence that asks, by its mark or by its words; none if there is none."""
    taken = {hit.sentence for hit in hits if hit.intent in WORDED_AS_QUESTIONS}
    worded = [hit for hit in hits if hit.intent == NAME and hit.sentence not in taken]
    if worded:
        return worded[:1]
    is_request = any(hit.intent in WORDED_AS_QUESTIONS and hit.intent != "acceptance" for hit in hits)
    scopes = ("not_sentence", "polite") if is_request else ("not_sentence",)
    asked = (s for s in sentences if s.start >= 0 and s.is_question and s not in taken and len(s.tokens) > 1)
    followed = {hit.sentence for hit in hits if hit.intent in FOLLOWED_UP}
    after = {following for one, following in pairwise(sentences) if one in followed}
    for sentence in asked:
        if sentence in after and len(sentence.tokens) <= MOST_WORDS and not _ASKS_FOR.search(sentence.text):
            continue
        if not _is_vetoed(vocabulary, languages, sentence, sentences, scopes):
            return [Hit(NAME, languages[0], sentence, is_strong=True, end=len(sentence.text), phrase="?")]
    return []


def _is_vetoed(
    vocabulary: Vocabulary,
    languages: Sequence[str],
    sentence: Sentence,
    sentences: Sequence[Sentence],
    scopes: Iterable[str],
) -> bool:
    for name in languages:
        # In a mail that asks for something else besides, "could you arrange that?" belongs to it.
        if any(vocabulary.denies(name, NAME, scope, sentence.text) for scope in scopes):
            return True
        if any(vocabulary.denies(name, NAME, "not_mail", other.text) for other in sentences):
            return True
    return False
