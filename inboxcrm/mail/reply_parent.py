"""Finds what a reply repeats of the mail that it answers, where no program marked it as quoted.

Words are compared in runs of five, so that a quote is found however its lines were wrapped. Short paragraphs
are never taken for repeated: a command or a "yes" may well stand in the parent too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

RUN = 5
FEWEST_WORDS = 10
SHARE = 0.9
_WORD = re.compile(r"\w+")


def runs_of(text: str) -> frozenset[int]:
    """All runs of five words of a text, as hashes of this process."""
    return frozenset(_runs(text))


def is_repeated(lines: Sequence[str], runs: frozenset[int]) -> bool:
    """Whether these lines are long enough to tell, and nine of ten runs of theirs stand in the parent."""
    own = _runs(" ".join(lines))
    return len(own) > FEWEST_WORDS - RUN and sum(1 for run in own if run in runs) >= SHARE * len(own)


def _runs(text: str) -> list[int]:
    words = _WORD.findall(text.lower())
    return [hash(tuple(words[at : at + RUN])) for at in range(len(words) - RUN + 1)]
