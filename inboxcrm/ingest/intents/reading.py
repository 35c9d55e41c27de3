"""Reads the intents of a mail: phrases found, vetoes weighed, and the intents weighed against each other."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from inboxcrm.ingest.intents.absence import read_return, read_substitute
from inboxcrm.ingest.intents.counts import count_in, order_number_in
from inboxcrm.ingest.intents.courtesy import brings_file, courtesy_in
from inboxcrm.ingest.intents.hits import Hit, find_hits
from inboxcrm.ingest.intents.intent import HIGH, LOW, Intent
from inboxcrm.ingest.intents.language import guess_languages
from inboxcrm.ingest.intents.question import questions_in
from inboxcrm.ingest.intents.sentences import (
    IN_FILE_NAME,
    IN_SUBJECT,
    Sentence,
    lower_text,
    plain_text,
    sentences_of,
)
from inboxcrm.ingest.intents.spelling import respelled
from inboxcrm.ingest.intents.vocabulary import Vocabulary, read_vocabulary
from inboxcrm.ingest.intents.weighing import weigh

MOST_FILES = 20
MOST_LANGUAGES = 2  # more of them say that none is known well enough to correct its spelling
_JOINTS = re.compile(r"[_.\n]|(?<=[a-z])-")
MOST_WORDS = 300  # characters of evidence that are kept
_ANSWERS = re.compile(r"\s*(?:re|aw|sv|vs|fw|fwd|wg|antw|tr|rif|odp)\s*:", re.IGNORECASE)
# What follows the colon is the subject of the mail that a machine answers.
_BY_MACHINE = re.compile(
    r"\s*((?:auto(?:matic|matisch|matische|matisches|matisk|mated)?[ -]?(?:reply|response|antwoord|antwort|reactie|"
    r"svar|re)|auto|autosvar|out of office|abwesenheitsnotiz|abwesend|afwezig|fravær)\b[^:]{0,20}):",
    re.IGNORECASE,
)
ORDER = "purchase order"
ABSENCES = ("out of office", "left the company")


def read_intents(
    own_words: str,
    *,
    subject: str = "",
    attachments: Iterable[str] = (),
    sent_on: date | None = None,
    language: str | None = None,
) -> list[Intent]:
    """Give the intents of a mail's own words, each once; what it quotes must be cut off before.

    `sent_on` is needed to tell the day of a return; a subject that answers another mail is not its writer's.
    `attachments` are the names of files. Without a language all those are tried that the small words allow.
    """
    text = plain_text(own_words)
    lowered = lower_text(text)
    body = sentences_of(lowered)
    names = list(attachments)
    sentences = body + _heading(subject) + _named_files(names)
    vocabulary = read_vocabulary()
    languages = [language] if language else guess_languages(vocabulary, sentences)
    if lowered.isascii() and len(languages) <= MOST_LANGUAGES:
        body = respelled(body, vocabulary.languages[languages[0]].typed_plainly)
        sentences = body + sentences[len(body) :]
    found = find_hits(vocabulary, languages, sentences)
    hits = weigh([hit for hit in found if hit.intent not in ("question", "courtesy")], body)
    hits += questions_in(vocabulary, languages, body, found)
    if not brings_file(names):
        hits += courtesy_in(body, [*hits, *(hit for hit in found if hit.intent == "courtesy")])
    has_order_file = any(hit.intent == ORDER and hit.sentence.start == IN_FILE_NAME for hit in found)
    whole = _Mail(own_words, text, lowered, vocabulary, sent_on, has_order_file)
    return [whole.intent_of(hit) for hit in hits]


def read_absence(own_words: str, *, subject: str, sent_on: date | None) -> list[Intent]:
    """Give what an automatic answer tells of its owner: that he is away, or gone; nothing else counts in it."""
    found = read_intents(own_words, subject=subject, sent_on=sent_on)
    return [one for one in found if one.name in ABSENCES]


def _heading(subject: str) -> list[Sentence]:
    """A subject as a sentence that stands nowhere in the text; none if it answers an earlier mail."""
    if not subject or _ANSWERS.match(subject):
        return []
    machine = _BY_MACHINE.match(subject)
    lowered = lower_text(plain_text((machine[1] if machine else subject[:300]).replace("\n", " ")))
    return [replace(one, start=IN_SUBJECT) for one in sentences_of(lowered)]


def _named_files(names: Iterable[str]) -> list[Sentence]:
    """The names of files as sentences: "PO_4711.pdf" tells of an order."""
    found: list[Sentence] = []
    for name in list(names)[:MOST_FILES]:
        words = _JOINTS.sub(" ", lower_text(plain_text(name[:100])))
        found += [replace(one, start=IN_FILE_NAME) for one in sentences_of(words)]
    return found


class _Mail:
    """What the values of an intent are read from."""

    def __init__(
        self,
        own_words: str,
        text: str,
        lowered: str,
        vocabulary: Vocabulary,
        sent_on: date | None,
        has_order_file: bool,
    ) -> None:
        self.own_words, self.text, self.lowered = own_words, text, lowered
        self.vocabulary, self.sent_on, self.has_order_file = vocabulary, sent_on, has_order_file

    def intent_of(self, hit: Hit) -> Intent:
        """Make an intent of a hit, with its evidence and values."""
        start, value = hit.sentence.start, self._value(hit)
        # "Our order is attached" names no order that could be looked up, unless a file does.
        is_sure = hit.is_strong and (hit.intent != ORDER or bool(value) or self.has_order_file)
        words = self.own_words[start : start + hit.sentence.length] if start >= 0 else hit.sentence.text
        return Intent(
            hit.intent,
            words[:MOST_WORDS],
            confidence=HIGH if is_sure else LOW,
            start=start,
            value=value,
            substitute=self._substitute(hit),
        )

    def _value(self, hit: Hit) -> str:
        language = self.vocabulary.languages[hit.language]
        if hit.intent == ORDER:
            return order_number_in(hit.sentence.text) or order_number_in(self.lowered)
        if hit.intent in ("licence count", "upgrade"):
            return count_in(hit.number, language.numbers)
        if hit.intent == "out of office" and self.sent_on and language.dates:
            return read_return(self.lowered, self.sent_on, language.dates)
        return ""

    def _substitute(self, hit: Hit) -> str:
        dates = self.vocabulary.languages[hit.language].dates
        return read_substitute(self.text, dates) if hit.intent in ABSENCES and dates else ""
