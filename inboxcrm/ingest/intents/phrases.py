"""The small language of the phrases in `words/*.toml`, compiled to patterns of linear time, found by their rarest word.

`send .. <offer>`: words in this order; `..` up to 40 and `...` up to 90 characters of the same sentence between;
`(a|b)` one of them; `[a]` perhaps; `stop*` and `*stop` any ending or beginning; `<offer>` one of a named list;
`#` a number in figures or words; `^` and `$` start and end of a clause; an apostrophe may be missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

_ELEMENT = re.compile(r"\.\.\.|\.\.|<\w+>|\([^)]*\)|\[[^\]]*\]|\S+")
_GAP = {"..": r"[^!?;\n]{0,40}?(?<!\w)", "...": r"[^!?;\n]{0,90}?(?<!\w)"}
_WORD = re.compile(r"\w+|👍")
_NUMBER = "\0"
_SHARE = r"(?<!\d)\d{1,3}(?:[.,]\d{1,2})? ?(?:%|percent|procent|prosent|prozent)"
_SPACE = r",?\s+"
STEM = 4  # letters by which a word with an open ending is looked up

Lists = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase as a pattern, its own words, and those of which one must be in the sentence."""

    source: str
    pattern: str
    words: frozenset[str]
    anchors: frozenset[str]
    stems: frozenset[str]


def compile_phrase(source: str, lists: Lists, number: str) -> Phrase:
    """Compile one phrase; `number` is the pattern for #."""
    parts: list[tuple[str, bool]] = []
    best: tuple[int, list[str]] = (0, [])
    words: set[str] = set()
    for element in _ELEMENT.findall(source):
        choices = _choices(element, lists)
        words.update(word for choice in choices for word in _WORD.findall(choice))
        parts.append(_part(element, choices))
        if element[0] != "[" and choices and (shortest := min(map(_weight, choices))) > best[0]:
            best = (shortest, choices)
    pattern = _spaced(parts).replace(_NUMBER, number)
    anchors: set[str] = set()
    stems: set[str] = set()
    for word, is_open in (anchor for choice in best[1] for anchor in _anchors(choice)):
        (stems if is_open else anchors).add(word[:STEM] if is_open else word)
    if not best[1]:
        raise ValueError(f"the phrase {source!r} has no word to look it up by")
    return Phrase(source, pattern, frozenset(words), frozenset(anchors), frozenset(stems))


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
    return element[1:-1].split("|") if element[0] in "([" else [element]


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
    body = re.escape(word.strip("*")).replace("'", "'?")
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


def _anchors(choice: str) -> list[tuple[str, bool]]:
    """The longest word of a choice to look it up by, as it may be spelled, and whether its ending is open."""
    best: list[tuple[str, bool]] = []
    for word in choice.split():
        bare = word.strip("*")
        is_open = word.endswith("*")
        pieces = _WORD.findall(bare)
        if word.startswith("*") or not pieces or (is_open and len(pieces[-1]) < STEM):
            continue
        longest = max(pieces, key=len)
        found = [(longest, is_open and bare.endswith(longest))]
        if "'" in bare:  # it may be missing: "dont"
            found.append((bare.replace("'", ""), is_open))
        best = max(best, found, key=_shortest)
    return best


def _shortest(anchors: list[tuple[str, bool]]) -> int:
    return min((len(word) for word, _ in anchors), default=0)


def _weight(choice: str) -> int:
    return _shortest(_anchors(choice))
