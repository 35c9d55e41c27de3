"""Questions that a person has to answer: those that are no polite form of another intent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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
    for sentence in asked:
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
