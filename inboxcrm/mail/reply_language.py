"""What `reply_words.toml` and `reply_footers.toml` say, as sets and patterns made once; the patterns are linear."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).parent
LANGUAGES: dict[str, dict[str, list[str]]] = tomllib.loads(
    (HERE / "reply_words.toml").read_text(encoding="utf-8")
)
FOOTERS = tomllib.loads((HERE / "reply_footers.toml").read_text(encoding="utf-8"))


def words_of(*kinds: str) -> tuple[str, ...]:
    """All languages' words of some kinds, the longest first, as a pattern has to try them."""
    found = {word for words in LANGUAGES.values() for kind in kinds for word in words.get(kind, ())}
    return tuple(sorted(found, key=lambda word: (-len(word), word)))


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in words)


_MONTH = f"(?:{_either(words_of('months'))})[^\\W\\d_]{{0,12}}"
_DAY = r"\d{1,2}(?:st|nd|rd|th|er|[.ºª])?"
DATE = re.compile(
    rf"\b(?:\d{{1,4}}\s?[./-]\s?\d{{1,2}}\s?[./-]\s?\d{{1,4}}\b|{_DAY}[\s-](?:de\s|of\s)?{_MONTH}|{_MONTH}\.?\s{_DAY}(?!\d)"
    r"|\d{4}[年년]\s?\d{1,2}[月월])",
    re.IGNORECASE,
)
CLOCK = re.compile(r"\b(?:\d{1,2}[:.h]\d{2}\b|\d{1,2}\s?[ap]\.?m\b)", re.IGNORECASE)
ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:]{1,100}@[^\s<>()\[\]\"',;:]{1,200}")
WROTE = re.compile(rf"(?<!\w)(?:{_either(words_of('wrote'))})(?!\w)", re.IGNORECASE)
END_OF_ATTRIBUTION = re.compile(rf"(?:{_either(words_of('wrote'))})?\s?:", re.IGNORECASE)
OPENERS = frozenset((*words_of("before"), "---", "wiadomość"))
WEEKDAYS = tuple(words_of("weekdays"))
MONTHS = tuple(words_of("months"))
PRONOUNS = frozenset(words_of("subject"))
QUOTING = words_of("quoting")
SMALL = frozenset(
    (*words_of("before", "small"), "van", "von", "de", "der", "da", "di", "del", "la", "le", "gmt", "utc")
)
SENT_NAMES = frozenset(words_of("sent"))
FIELDS = {
    name: kind
    for kind, kinds in {
        "from": ("from",),
        "date": ("sent", "dated"),
        "to": ("to",),
        "subject": ("about",),
        "copy": ("copy",),
        "answers": ("answers",),
    }.items()
    for name in words_of(*kinds)
}
LONGEST_FIELD_NAME = max(map(len, FIELDS))
ORIGINAL = re.compile(
    rf"[-_=*\u2010-\u2015\s]{{2,60}}(?:{_either(words_of('original', 'forwarded'))})"
    r"(?:\s.{1,120}?[-_=]{2})?[-_=*\u2010-\u2015\s]{0,60}:?",
    re.IGNORECASE,
)
BEGIN = re.compile(rf"(?:{_either(words_of('original', 'forwarded'))})\s?:", re.IGNORECASE)
MARKERS = words_of("marker")
SENDERS = words_of("sender")
CLOSINGS = frozenset(words_of("closing"))
ROLE = re.compile(rf"(?<!\w)(?:{_either(words_of('roles'))})(?!\w)", re.IGNORECASE)
