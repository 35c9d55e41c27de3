"""What somebody searches for: words, "phrases", -without, and from: to: box: before: after: has:attachment.

Words are compared as they are indexed: without accents, in lower case, letters and digits only, so that a search
finds the same on every database.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from inboxcrm.base.errors import Refused

LONGEST_QUERY = 500
_TOKEN = re.compile(r'(-?)(?:([A-Za-z]+):)?(?:"([^"]*)"|(\S+))')
_WORD = re.compile(r"[^\W_]+")
EXAMPLES = {
    "from": "from:bob",
    "to": "to:sales@example.com",
    "box": "box:brouwer",
    "before": "before:2026-12-31",
    "after": "after:2026-12-31",
    "has": "has:attachment",
}
FILTERS = tuple(EXAMPLES)


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand one after the other; the last may be only a beginning (`invo*`)."""

    words: tuple[str, ...]
    is_prefix: bool = False
    is_excluded: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A search; what is empty does not matter. `before` and `after` are days in the company's zone."""

    terms: tuple[Term, ...] = ()
    sender: str = ""
    recipient: str = ""
    box: str = ""
    before: date | None = None
    after: date | None = None
    has_attachment: bool = False


def index_words(text: str) -> str:
    """Give the words of a text as they are indexed, with blanks between."""
    return " ".join(_WORD.findall(_plain(text)))


def _plain(text: str) -> str:
    """Give a text without accents and capitals: Grüße is grusse, like Grusse."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in parts if not unicodedata.combining(char))


def read_query(text: str) -> Query:
    """Read what somebody typed. Raises Refused with what would be right."""
    terms: list[Term] = []
    filters: dict[str, str] = {}
    if len(text) > LONGEST_QUERY:
        raise Refused(f"that is too long to look for: {LONGEST_QUERY} characters at most")
    for minus, key, phrase, word in _TOKEN.findall(text):
        value = phrase or word
        if name := _filter_of(key, word):
            filters[name] = _filter_value(name, value if key else "", filters, is_excluded=bool(minus))
            continue
        words = tuple(_WORD.findall(_plain(f"{key} {value}" if key else value)))
        if words:
            terms.append(Term(words, word.endswith("*"), bool(minus)))
    if not filters and all(term.is_excluded for term in terms):
        raise Refused("say what to look for, such as: inboxcrm search licences from:bob before:2026-12-01")
    if filters.get("has", "attachment") not in ("attachment", "attachments"):
        raise Refused(f"has:{filters['has']} is unknown; has:attachment is what can be asked")
    return Query(
        tuple(terms),
        filters.get("from", "").lower(),
        filters.get("to", "").lower(),
        filters.get("box", ""),
        _day(filters, "before"),
        _day(filters, "after"),
        "has" in filters,
    )


def _filter_of(key: str, word: str) -> str:
    """Give the filter that is meant, also by `from:` with nothing behind it; "" if it is a word to look for."""
    name = (key or (word[:-1] if word.endswith(":") else "")).lower()
    return name if name in FILTERS else ""


def _filter_value(name: str, value: str, known: dict[str, str], *, is_excluded: bool) -> str:
    if not value.strip():
        raise Refused(f"nothing stands behind {name}: — write it without a blank, such as {EXAMPLES[name]}")
    if is_excluded:
        raise Refused(f"{name}: cannot be left out by a minus; only words can, such as -spam")
    if name in known:
        raise Refused(f"{name}: stands twice; say it once")
    return value


def _day(filters: dict[str, str], name: str) -> date | None:
    if name not in filters:
        return None
    try:
        return date.fromisoformat(filters[name])
    except ValueError as error:
        raise Refused(f"{name}:{filters[name]} is no day; write it as {name}:2026-12-31") from error
