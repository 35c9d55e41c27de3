"""Frames: classes of words that together in one sentence tell an intent, in whatever order they stand.

`words/frames.toml` says once for all languages that "ask + give + quote" asks for a quote; each language says in
its `[classes]` which of its words those are. Word order, inflection and politeness differ from writer to writer,
the classes that meet do not.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from inboxcrm.ingest.intents.phrases import Lists, Phrase, compile_phrase, compiled
from inboxcrm.ingest.intents.sentences import WORD, Sentence
from inboxcrm.ingest.intents.wordindex import WordIndex

LONGEST_SPAN = 120  # characters between the first and the last word of a frame
MOST_PLACES = 6  # places of one class in a sentence that are tried
NEGATION = "neg"  # the class of what takes back what stands in its clause

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Frame:
    """What tells an intent: classes that must meet, that must not stand in their clause, or not in the sentence.

    Of `in_mail` one must stand anywhere in the mail. What is not to stand there may stand among the words that were
    found, "do not renew", but for `not_at_all`. `is_asked`: a question may tell it.
    """

    intent: str
    is_strong: bool
    source: str
    needs: tuple[str, ...]
    not_in_clause: tuple[str, ...]
    not_in_sentence: tuple[str, ...]
    in_mail: tuple[str, ...]
    not_at_all: tuple[str, ...]
    is_asked: bool


@dataclass(frozen=True, slots=True)
class ClassWord:
    """A word or phrase of a class; one without a phrase is a whole word."""

    name: str
    word: str
    phrase: Phrase | None


@dataclass(frozen=True, slots=True)
class Classes:
    """The classes of one language by their words, and its frames by the class with the fewest words."""

    sizes: dict[str, int]
    words: WordIndex[ClassWord]
    frames: dict[str, list[Frame]] = field(default_factory=dict)

    def add_frames(self, frames: Iterable[Frame]) -> None:
        """Index the frames of which this language has all classes."""
        for frame in frames:
            if all(name in self.sizes for name in frame.needs):
                self.frames.setdefault(min(frame.needs, key=self.sizes.__getitem__), []).append(frame)

    def spans_in(
        self, sentences: Sequence[Sentence], known: Container[str]
    ) -> Iterator[tuple[Sentence, Frame, Span]]:
        """Give the frames that stand in the sentences of a mail, and from where to where; none of known intents."""
        if not self.frames:
            return
        classed = [ClassedSentence(self, sentence) for sentence in sentences]
        for one in classed:
            for name in one.words:
                for frame in self.frames.get(name, ()):
                    if frame.intent in known:
                        continue
                    if one.may_hold(frame) and _has_any(classed, frame.in_mail) and (span := one.span(frame)):
                        yield one.sentence, frame, span


class ClassedSentence:
    """A sentence with the classes of which words stand in it; where exactly is looked up when it is asked."""

    def __init__(self, classes: Classes, sentence: Sentence) -> None:
        self.sentence = sentence
        self.words: dict[str, list[ClassWord]] = {}
        self._places: dict[str, list[Span]] = {}
        self._tokens: dict[str, list[Span]] = {}
        for token in sentence.tokens:
            for word in classes.words.found_by(token):
                if word.phrase is None or word.phrase.may_stand_among(sentence.tokens):
                    self.words.setdefault(word.name, []).append(word)

    def may_hold(self, frame: Frame) -> bool:
        """Tell whether all classes of a frame may stand in it."""
        if self.sentence.is_question and not frame.is_asked:
            return False
        return all(name in self.words for name in frame.needs)

    def span(self, frame: Frame) -> Span | None:
        """Tell from where to where a frame stands in it; nothing if it does not, or what it forbids does."""
        for taken in self._takes(frame):
            start, end = min(start for start, _ in taken), max(end for _, end in taken)
            if (
                end - start <= LONGEST_SPAN
                and (NEGATION not in frame.needs or not self.sentence.is_divided(start, end))
                and not self._stands_besides(frame.not_at_all, (), self.sentence.clause_span(start, end))
                and not self._stands_besides(frame.not_in_sentence, taken)
                and not self._stands_besides(
                    frame.not_in_clause, taken, self.sentence.clause_span(start, end)
                )
            ):
                return start, end
        return None

    def _takes(self, frame: Frame) -> Iterator[list[Span]]:
        """Give for each place of the first class the nearest places of the others."""
        first, *others = (self.places(name) for name in frame.needs)
        for place in first[:MOST_PLACES]:
            taken = [place]
            for places in others:
                free = [one for one in places if not any(_overlap(one, other) for other in taken)]
                if not free:
                    break
                taken.append(min(free, key=lambda one: abs(one[0] - place[0])))
            else:
                yield taken

    def places(self, name: str) -> list[Span]:
        """Tell where the words of a class stand."""
        if name not in self._places:
            found = {span for word in self.words.get(name, ()) for span in self._places_of(word)}
            self._places[name] = sorted(found)
        return self._places[name]

    def _places_of(self, word: ClassWord) -> Iterable[Span]:
        if word.phrase:
            return (match.span() for match in compiled(word.phrase.pattern).finditer(self.sentence.text))
        if not self._tokens:
            for match in WORD.finditer(self.sentence.text):
                self._tokens.setdefault(match[0], []).append(match.span())
        return self._tokens.get(word.word, ())

    def _stands_besides(
        self, names: Iterable[str], taken: Sequence[Span], within: Span | None = None
    ) -> bool:
        """Tell whether a word of these classes stands here, or within a part, and is no part of what a frame took."""
        return any(
            (within is None or within[0] <= place[0] < within[1])
            and not any(one[0] <= place[0] and place[1] <= one[1] for one in taken)
            for name in names
            for place in self.places(name)
        )


def _has_any(sentences: Iterable[ClassedSentence], names: Sequence[str]) -> bool:
    return not names or any(one.places(name) for one in sentences for name in names)


def read_classes(sources: Mapping[str, list[str]], lists: Lists, number: str) -> Classes:
    """Read the classes of a language."""
    classes = Classes({name: len(words) for name, words in sources.items()}, WordIndex())
    for name, words in sources.items():
        for word in words:
            phrase = compile_phrase(word, lists, number)
            is_whole_word = word in phrase.anchors
            classes.words.add(phrase, ClassWord(name, word, None if is_whole_word else phrase))
    return classes


def read_frames(intent: str, rules: Mapping[str, Any]) -> Iterator[Frame]:
    """Read the frames of an intent, whose keys and signs `words/frames.toml` explains."""
    never, not_at_all = (rules.get(key, "").split() for key in ("never", "not_at_all"))
    for key in ("strong", "weak"):
        for source in filter(None, map(str.strip, rules.get(key, "").splitlines())):
            told = _read_signs(source)
            yield Frame(
                intent.replace("_", " "),
                key == "strong",
                source,
                needs=tuple(told["+"]),
                not_in_clause=tuple(told["-"]),
                not_in_sentence=(*never, *told["!"]),
                in_mail=tuple(told["~"]),
                not_at_all=tuple(not_at_all),
                is_asked=rules.get("asked", True),
            )


def _read_signs(source: str) -> dict[str, list[str]]:
    told: dict[str, list[str]] = {"+": [], "-": [], "!": [], "~": []}
    sign = "+"
    for word in source.split():
        if word in told:
            sign = word
        else:
            told[sign].append(word)
    return told


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
