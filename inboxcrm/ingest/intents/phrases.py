"""The small language of the phrases in `words/*.toml`, compiled to patterns of linear time, found by their rarest word.

`send .. <offer>`: words in this order; `..` up to 40 and `...` up to 90 characters of the same sentence between;
`(a|b)` one of them; `[a]` perhaps; `stop*` and `*stop` any ending or beginning; `<offer>` one of a named list, also
within `(it|<offer>)`;
`#` a number in figures or words; `^` and `$` start and end of a clause; an apostrophe may be missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

_ELEMENT = re.compile(r"\.\.\.|\.\.|<\w+>|\([^)]*\)|\[[^\]]*\]|\S+")
_LIST = re.compile(r"<(\w+)>")
_GAP = {"..": r"[^!?;\n]{0,40}?(?<!\w)", "...": r"[^!?;\n]{0,90}?(?<!\w)"}
_WORD = re.compile(r"\w+|👍")
_NUMBER = "\0"
_SHARE = r"(?<!\d)\d{1,3}(?:[.,]\d{1,2})? ?(?:%|percent|procent|prosent|prozent)"
_SPACE = r",?\s+"
STEM = 4  # letters by which a word with an open ending is looked up

Lists = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase as a pattern, its own words, and those of which one must be in the sentence.

    `anchors` are whole words, `stems` and `tails` the known part of open ones; of each set of `besides` a word
    must be there too.
    """

    source: str
    pattern: str
    words: frozenset[str]
    anchors: frozenset[str]
    stems: frozenset[str]
    tails: frozenset[str]
    besides: tuple[frozenset[str], ...] = ()

    def may_stand_among(self, tokens: frozenset[str]) -> bool:
        """Tell whether these words leave it possible, which costs less than to look."""
        return not any(map(tokens.isdisjoint, self.besides))


def compile_phrase(source: str, lists: Lists, number: str) -> Phrase:
    """Compile one phrase; `number` is the pattern for #."""
    parts: list[tuple[str, bool]] = []
    words: set[str] = set()
    required: list[list[str]] = []
    for element in _ELEMENT.findall(source):
        choices = _choices(element, lists)
        words.update(word for choice in choices for word in _WORD.findall(choice))
        parts.append(_part(element, choices))
        if element[0] != "[" and choices:
            required.append(choices)
    best = max(required, key=lambda choices: min(map(_weight, choices)), default=[])
    if not best or not min(map(_weight, best)):
        raise ValueError(f"the phrase {source!r} has no word to look it up by")
    pattern = _spaced(parts).replace(_NUMBER, number)
    besides = tuple(filter(None, (_whole_words(choices) for choices in required if choices is not best)))
    anchors = [anchor for choice in best for anchor in _anchors(choice)]
    whole, stems, tails = (
        frozenset(word for word, where in anchors if where == opening) for opening in ("", "stem", "tail")
    )
    return Phrase(source, pattern, frozenset(words), whole, stems, tails, besides)


def _whole_words(choices: list[str]) -> frozenset[str]:
    """The words of which one must stand where one of these choices does; empty if it cannot be told."""
    anchors = [_anchors(choice) for choice in choices]
    if not all(anchors) or any(opening for found in anchors for _, opening in found):
        return frozenset()
    return frozenset(word for found in anchors for word, _ in found)


def compile_veto(sources: Iterable[str], lists: Lists, number: str) -> str:
    """Make one pattern that finds any of some phrases; empty if there are none."""
    patterns = [_spaced([_part(e, _choices(e, lists)) for e in _ELEMENT.findall(s)]) for s in sources]
    return "|".join(f"(?:{p})" for p in patterns).replace(_NUMBER, number)


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern when it is first needed: most are never, and all of them take seconds."""
    return re.compile(pattern)


def number_pattern(words: Iterable[str]) -> str:
    """The pattern for a count in figures or one of these words; no price, share, date or part of a number."""
    spelled = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    return rf"(?<![\w.,-])(\d{{1,5}}|{spelled})(?![\w%€$]|[.,:/-]\d)"


def _choices(element: str, lists: Lists) -> list[str]:
    if element in (*_GAP, "^", "$", "#", "#%"):
        return []
    if element[0] == "<":
        return lists[element[1:-1]]
    choices = element[1:-1].split("|") if element[0] in "([" else [element]
    return [spelled for choice in choices for spelled in _spelled_out(choice, lists)]


def _spelled_out(choice: str, lists: Lists) -> list[str]:
    """Give a choice with each word of the list that it names: "your <offer>"."""
    named = _LIST.search(choice)
    return [choice.replace(named[0], word, 1) for word in lists[named[1]]] if named else [choice]


def _part(element: str, choices: list[str]) -> tuple[str, bool]:
    if element in _GAP or element == "$":
        return element, False
    if element == "^":
        return r"(?:^|(?<=[,;:–(-] ))", False
    if element == "#":
        return _NUMBER, False
    if element == "#%":
        return _SHARE, False
    body = "|".join(_words(choice) for choice in sorted(choices, key=len, reverse=True))
    return f"(?:{body})", element[0] == "["


def _words(choice: str) -> str:
    return _SPACE.join(_word(word) for word in choice.split())


def _word(word: str) -> str:
    if word == "*":
        return r"[^\s,;]{1,30}"
    if word == "#%":
        return _SHARE
    if word in ("#", "#*"):  # any word with a figure in it
        return r"(?=\S{0,20}\d)\S{1,25}"
    body = re.escape(word.strip("*")).replace("'", "'?").replace("ß", "(?:ß|ss)")
    head = r"[\w-]{0,25}" if word.startswith("*") and len(word) > 1 else ""
    tail = r"\w{0,20}" if word.endswith("*") else ""
    before = r"(?<!\w)" if word.strip("*")[:1].isalnum() or head else ""
    tail += r"\.?" if word.endswith(("nr", "no", "nos")) else ""
    after = r"(?![\w@])" if word.strip("*")[-1:].isalnum() or tail else ""
    return f"{before}{head}{body}{tail}{after}"


def _spaced(parts: list[tuple[str, bool]]) -> str:
    """Join the parts, with (pattern, is optional); words stand apart, perhaps by a comma."""
    out, needs_space = "", False
    for part, is_optional in parts:
        if part in _GAP:
            out, needs_space = out + _GAP[part], False
        elif part == "$":
            out, needs_space = out + r"(?=\s*(?:[,;:.!?…)–\n\"'👍]|- |$))", False
        elif is_optional:
            out += f"(?:{_SPACE}{part})?" if needs_space else f"(?:{part}{_SPACE})?"
        else:
            out, needs_space = out + (_SPACE if needs_space else "") + part, not part.startswith("(?:^")
    return out


def _anchors(choice: str) -> list[tuple[str, str]]:
    """The longest word of a choice to look it up by, as it may be spelled, and where it is open: "stem", "tail"."""
    best: list[tuple[str, str]] = []
    for word in choice.split():
        bare = word.strip("*")
        pieces = _WORD.findall(bare)
        opening = _opening(word, pieces)
        if opening is None:
            continue
        longest = max(pieces, key=len)
        if opening and not (bare.endswith(longest) if opening == "stem" else bare.startswith(longest)):
            opening = ""
        found = [(longest, opening)]
        if "'" in bare:  # it may be missing: "dont"
            found.append((bare.replace("'", ""), opening))
        if "ß" in bare:  # as the Swiss write it
            found.append((found[0][0].replace("ß", "ss"), opening))
        best = max(best, found, key=_shortest)
    return best


def _opening(word: str, pieces: list[str]) -> str | None:
    """Where a word is open: "stem", "tail" or nowhere (""); None if it cannot be looked up."""
    is_stem, is_tail = word.endswith("*"), word.startswith("*")
    if not pieces or (is_stem and is_tail) or ((is_stem or is_tail) and len(pieces[-is_stem]) < STEM):
        return None
    return "stem" if is_stem else "tail" if is_tail else ""


def _shortest(anchors: list[tuple[str, str]]) -> int:
    return min((len(word) for word, _ in anchors), default=0)


def _weight(choice: str) -> int:
    return _shortest(_anchors(choice))
