"""Frames: classes of words that together in one sentence tell an intent, in whatever order they stand.

`words/frames.toml` says once for all languages that "ask + give + quote" asks for a quote; each language says in
its `[classes]` which of its words those are. Word order, inflection and politeness differ from writer to writer,
the classes that meet do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from inboxcrm.ingest.intents.phrases import Lists, compile_phrase, compiled
from inboxcrm.ingest.intents.sentences import WORD, Sentence
from inboxcrm.ingest.intents.wordindex import WordIndex

LONGEST_SPAN = 120  # characters between the first and the last word of a frame
MOST_PLACES = 6  # places of one class in a sentence that are tried

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Frame:
    """What tells an intent: classes that must meet, that must not stand in their clause, or not in the sentence.

    Of `in_mail` one must stand anywhere in the mail. `is_asked`: a question may tell it.
    """

    intent: str
    is_strong: bool
    source: str
    needs: tuple[str, ...]
    not_in_clause: tuple[str, ...]
    not_in_sentence: tuple[str, ...]
    in_mail: tuple[str, ...]
    is_asked: bool


@dataclass(frozen=True, slots=True)
class ClassWord:
    """A word or phrase of a class; one without a pattern is a whole word."""

    name: str
    word: str
    pattern: str


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

    def spans_in(self, sentences: Sequence[Sentence]) -> Iterator[tuple[Sentence, Frame, Span]]:
        """Give the frames that stand in the sentences of a mail, and from where to where."""
        if not self.frames:
            return
        classed = [ClassedSentence(self, sentence) for sentence in sentences]
        for one in classed:
            for name in one.words:
                for frame in self.frames.get(name, ()):
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
        if word.pattern:
            return (match.span() for match in compiled(word.pattern).finditer(self.sentence.text))
        if not self._tokens:
            for match in WORD.finditer(self.sentence.text):
                self._tokens.setdefault(match[0], []).append(match.span())
        return self._tokens.get(word.word, ())

    def _stands_besides(
        self, names: Iterable[str], taken: Sequence[Span], within: Span | None = None
    ) -> bool:
        """Tell whether a word of these classes stands here, or within a part, besides what a frame has taken."""
        return any(
            (within is None or within[0] <= place[0] < within[1])
            and not any(_overlap(place, one) for one in taken)
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
            classes.words.add(phrase, ClassWord(name, word, "" if is_whole_word else phrase.pattern))
    return classes


def read_frame(
    intent: str, source: str, never: Iterable[str], *, is_strong: bool, is_asked: bool = True
) -> Frame:
    """Read "ask + give + quote - had ! if ~ offer", whose signs `words/frames.toml` explains."""
    told: dict[str, list[str]] = {"+": [], "-": [], "!": [*never], "~": []}
    sign = "+"
    for word in source.split():
        if word in told:
            sign = word
        else:
            told[sign].append(word)
    needs, not_in_clause, not_in_sentence, in_mail = (tuple(words) for words in told.values())
    return Frame(intent, is_strong, source, needs, not_in_clause, not_in_sentence, in_mail, is_asked)


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
