"""Finds the phrases of a mail and weighs what stands around each: a veto drops it, a doubt makes it unsure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from inboxcrm.ingest.intents.frames import Frame, Span
from inboxcrm.ingest.intents.phrases import Phrase, compiled
from inboxcrm.ingest.intents.sentences import IN_FILE_NAME, IN_SUBJECT, Sentence
from inboxcrm.ingest.intents.vocabulary import Entry, Vocabulary

# A question about these tells nothing of them: "was it paid?", "is she still with you?".
NEVER_ASKED = frozenset(("payment", "left the company", "out of office", "rejection"))
# "Accepted: site meeting" is what a calendar writes.
NEVER_IN_SUBJECT = frozenset(("acceptance", "rejection", "question", "courtesy", "meeting"))
NAMED_BY_FILES = frozenset(("purchase order", "payment"))
# A question never gives or takes an order by itself.
DOUBTED_IF_ASKED = frozenset(("acceptance", "purchase order"))
_NONE: frozenset[str] = frozenset()


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
    is_frame: bool = False


def find_hits(vocabulary: Vocabulary, languages: Sequence[str], sentences: Sequence[Sentence]) -> list[Hit]:
    """Give what the phrases of these languages find and no veto denies, in the order of the text."""
    judge = _Judge(vocabulary, "\n".join(sentence.text for sentence in sentences))
    found: dict[Sentence, list[Hit]] = {sentence: [] for sentence in sentences}
    for sentence in sentences:
        for entry, match in _matches(vocabulary, frozenset(languages), sentence):
            number = next((group for group in reversed(match.groups()) if group), "")
            found[sentence].extend(judge.hits_of(entry, sentence, match.span(), number))
    known = {hit.intent for here in found.values() for hit in here}
    for language in languages:
        for sentence, frame, span in vocabulary.languages[language].classes.spans_in(sentences, known):
            found[sentence].extend(judge.hits_of(_entry_of(frame, language), sentence, span))
    ordered = (sorted(here, key=lambda hit: (hit.start, -hit.end, hit.phrase)) for here in found.values())
    return [hit for here in ordered for hit in here]


def _matches(
    vocabulary: Vocabulary, spoken: frozenset[str], sentence: Sentence
) -> Iterator[tuple[Entry, re.Match[str]]]:
    for entry in {id(entry): entry for entry in vocabulary.entries_for(sentence, spoken)}.values():
        if match := compiled(entry.phrase.pattern).search(sentence.text):
            yield entry, match


class _Judge:
    """Weighs what stands around a phrase of one mail; a verdict on the whole mail is kept, for it costs most."""

    def __init__(self, vocabulary: Vocabulary, whole: str) -> None:
        self.vocabulary, self.whole = vocabulary, whole
        self.verdicts: dict[tuple[str, str, str], bool] = {}

    def hits_of(self, entry: Entry, sentence: Sentence, span: Span, number: str = "") -> Iterator[Hit]:
        """Give the hit of a phrase that was found; nothing if a veto denies it."""
        if self._is_vetoed(entry, sentence, span):
            return
        is_strong = entry.is_strong and not self._is_doubted(entry, sentence, span)
        source, is_frame = entry.phrase.source, not entry.phrase.pattern
        yield Hit(entry.intent, entry.language, sentence, is_strong, *span, number, source, is_frame)

    def _is_vetoed(self, entry: Entry, sentence: Sentence, span: Span) -> bool:
        return (
            (sentence.start == IN_SUBJECT and entry.intent in NEVER_IN_SUBJECT)
            or (sentence.start == IN_FILE_NAME and entry.intent not in NAMED_BY_FILES)
            or (sentence.is_question and entry.intent in NEVER_ASKED)
            or self._denies(entry, "not_clause", sentence.clause_around(*span))
            or self._denies(entry, "not_sentence", sentence.text)
            or self._denies_mail(entry, "not_mail")
        )

    def _is_doubted(self, entry: Entry, sentence: Sentence, span: Span) -> bool:
        return (
            (sentence.is_question and entry.intent in DOUBTED_IF_ASKED)
            or sentence.start == IN_FILE_NAME
            or self._denies(entry, "doubt_sentence", _beside(entry, sentence, span))
            or self._denies_mail(entry, "doubt_mail")
            or _has_strange_words(self.vocabulary, entry, sentence)
        )

    def _denies(self, entry: Entry, scope: str, text: str) -> bool:
        return self.vocabulary.denies(entry.language, entry.intent, scope, text)

    def _denies_mail(self, entry: Entry, scope: str) -> bool:
        key = (entry.language, entry.intent, scope)
        if key not in self.verdicts:
            self.verdicts[key] = self._denies(entry, scope, self.whole)
        return self.verdicts[key]


def _entry_of(frame: Frame, language: str) -> Entry:
    phrase = Phrase(frame.source, "", _NONE, _NONE, _NONE, _NONE)
    return Entry(language, frame.intent, frame.is_strong, phrase)


def _beside(entry: Entry, sentence: Sentence, span: Span) -> str:
    """The sentence without a phrase that has no gap, whose own words are no doubt: "we would like to accept"."""
    if ".." in entry.phrase.source or not entry.phrase.pattern:
        return sentence.text
    return f"{sentence.text[: span[0]]} {sentence.text[span[1] :]}"


def _has_strange_words(vocabulary: Vocabulary, entry: Entry, sentence: Sentence) -> bool:
    """Tell whether a yes or no stands among words that may tie it to something, or give it to somebody else."""
    harmless = vocabulary.languages[entry.language].harmless.get(entry.intent)
    if harmless is None:
        return False
    strange = sentence.tokens - harmless - entry.phrase.words
    return any(not any(map(str.isdigit, word)) for word in strange)
