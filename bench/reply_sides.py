"""Our splitter, asked the questions of the suites. Run by the interpreter of the house."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.reply_cases import Case, made_cases, read_cases
from inboxcrm.mail.html_text import html_text
from inboxcrm.mail.reply import split_reply

QUOTES = ("quote", "quote-header")


def answer(case: Case) -> str:
    """Say what a suite asks, from the segments; HTML is read first, as the libraries that know HTML do."""
    return ASKED[case.question](html_text(case.html) if case.html else case.text)


def _without_quotes(text: str) -> str:
    return _pieces(text, lambda kind: kind not in QUOTES)


def _own_words(text: str) -> str:
    return _pieces(text, lambda kind: kind == "new")


def _signature(text: str) -> str:
    return _pieces(text, lambda kind: kind == "signature")


def _first_fragment(text: str) -> str:
    return _above_quote(text, ("new",))


def _above(text: str) -> str:
    return _above_quote(text, ("new", "signature", "disclaimer"))


def _above_quote(text: str, kinds: tuple[str, ...]) -> str:
    pieces = []
    for segment in split_reply(text):
        if segment.kind in QUOTES:
            break
        if segment.kind in kinds:
            pieces.append(text[segment.start : segment.end])
    return "".join(pieces)


def _pieces(text: str, is_wanted: Callable[[str], bool]) -> str:
    return "".join(text[s.start : s.end] for s in split_reply(text) if is_wanted(s.kind))


ASKED = {
    "without quotes": _without_quotes,
    "own words": _own_words,
    "first fragment": _first_fragment,
    "above the quote": _above,
    "signature": _signature,
}


def answer_all(corpus: str | None, rounds: int) -> dict[str, Any]:
    """Answer each case so many times; gives the last answers, and the seconds of each case."""
    cases = read_cases(Path(corpus)) if corpus else made_cases()
    said: dict[str, str] = {}
    seconds: dict[str, float] = {}
    for case in cases:
        begun = time.perf_counter()
        for _ in range(rounds):
            said[case.name] = answer(case)
        seconds[case.name] = time.perf_counter() - begun
    return {"n": len(cases), "seconds": sum(seconds.values()), "said": said, "case_seconds": seconds}
