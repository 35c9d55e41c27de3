"""Gives the words of a mail that was typed without umlauts and rings the letters that its language has for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

from inboxcrm.ingest.intents.sentences import WORD, Sentence

_TYPED_AS = {"ä": "ae a", "ö": "oe o", "ü": "ue u", "ß": "ss", "å": "aa a", "ø": "oe o", "æ": "ae"}


def typed_plainly(words: Iterable[str], own_words: Iterable[str]) -> dict[str, str]:
    """Give for each way to type a word in plain letters the word itself: "fuer" and "fur" are "für".

    `own_words` say something else: "wurde" is no "würde".
    """
    known = {*words, *own_words}
    ways = {way: word for word in known if not word.isascii() for way in _ways(word)}
    return {way: word for way, word in ways.items() if way not in known}


def _ways(word: str) -> Iterator[str]:
    ways = ("".join(letters) for letters in product(*(_TYPED_AS.get(sign, sign).split() for sign in word)))
    return (way for way in ways if way.isascii())


def respelled(sentences: Sequence[Sentence], words: Mapping[str, str]) -> list[Sentence]:
    """Give the sentences of a mail in plain letters as its language spells them."""
    return [_respell(one, words) if words.keys() & one.tokens else one for one in sentences]


def _respell(sentence: Sentence, words: Mapping[str, str]) -> Sentence:
    text = WORD.sub(lambda word: words.get(word[0], word[0]), sentence.text)
    return Sentence(text, sentence.start, frozenset(WORD.findall(text)), sentence.length)
