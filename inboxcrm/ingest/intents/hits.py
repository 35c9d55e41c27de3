"""Finds the phrases of a mail and weighs what stands around each: a veto drops it, a doubt makes it unsure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from inboxcrm.ingest.intents.phrases import compiled
from inboxcrm.ingest.intents.sentences import Sentence
from inboxcrm.ingest.intents.vocabulary import Entry, Vocabulary

# A question about these tells nothing of them: "was it paid?", "is she still with you?".
NEVER_ASKED = frozenset(("payment", "left the company", "out of office", "rejection", "courtesy"))
# "Accepted: site meeting" is what a calendar writes.
NEVER_IN_SUBJECT = frozenset(("acceptance", "rejection", "question", "courtesy", "meeting"))
# A question never gives or takes an order by itself.
DOUBTED_IF_ASKED = frozenset(("acceptance", "purchase order"))


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase found in a sentence; `number` is what stood for its #."""

    intent: str
    language: str
    sentence: Sentence
    is_strong: bool
    start: int = 0
    end: int = 0
    number: str = ""
    phrase: str = ""


def find_hits(vocabulary: Vocabulary, languages: Sequence[str], sentences: Iterable[Sentence]) -> list[Hit]:
    """Give what the phrases of these languages find and no veto denies, in the order of the text."""
    spoken = frozenset(languages)
    sentences = list(sentences)
    whole = "\n".join(sentence.text for sentence in sentences)
    found: list[Hit] = []
    for sentence in sentences:
        seen: set[int] = set()
        for entry in vocabulary.entries_for(sentence):
            if entry.language in spoken and id(entry) not in seen:
                seen.add(id(entry))
                if match := compiled(entry.phrase.pattern).search(sentence.text):
                    found.extend(_judged(vocabulary, entry, sentence, match, whole))
    place = {id(sentence): at for at, sentence in enumerate(sentences)}
    return sorted(found, key=lambda hit: (place[id(hit.sentence)], hit.start, -hit.end, hit.phrase))


def _judged(
    vocabulary: Vocabulary, entry: Entry, sentence: Sentence, match: re.Match[str], whole: str
) -> Iterable[Hit]:
    intent = entry.intent

    def denies(scope: str, text: str) -> bool:
        return vocabulary.denies(entry.language, intent, scope, text)

    if sentence.start < 0 and intent in NEVER_IN_SUBJECT:
        return ()
    if intent in NEVER_ASKED and sentence.is_question:
        return ()
    if denies("not_clause", sentence.clause_around(match.start(), match.end())):
        return ()
    if denies("not_sentence", sentence.text) or denies("not_mail", whole):
        return ()
    is_doubted = (
        (intent in DOUBTED_IF_ASKED and sentence.is_question)
        or denies("doubt_sentence", _beside(entry, sentence, match))
        or denies("doubt_mail", whole)
        or _has_strange_words(vocabulary, entry, sentence)
    )
    number = next((group for group in reversed(match.groups()) if group), "")
    is_strong = entry.is_strong and not is_doubted
    return (
        Hit(
            intent,
            entry.language,
            sentence,
            is_strong,
            match.start(),
            match.end(),
            number,
            entry.phrase.source,
        ),
    )


def _beside(entry: Entry, sentence: Sentence, match: re.Match[str]) -> str:
    """The sentence without a phrase that has no gap, whose own words are no doubt: "we would like to accept"."""
    if ".." in entry.phrase.source:
        return sentence.text
    return f"{sentence.text[: match.start()]} {sentence.text[match.end() :]}"


def _has_strange_words(vocabulary: Vocabulary, entry: Entry, sentence: Sentence) -> bool:
    """Tell whether a yes or no stands among words that may tie it to something, or give it to somebody else."""
    harmless = vocabulary.languages[entry.language].harmless.get(entry.intent)
    if harmless is None:
        return False
    strange = sentence.tokens - harmless - entry.phrase.words
    return any(not any(map(str.isdigit, word)) for word in strange)
