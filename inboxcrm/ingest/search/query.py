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
_TOKEN = re.compile(r'(-?)(?:([a-z]+):)?(?:"([^"]*)"|(\S+))')
_WORD = re.compile(r"[^\W_]+")
FILTERS = ("from", "to", "box", "before", "after", "has")


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
    for minus, key, phrase, word in _TOKEN.findall(text[:LONGEST_QUERY]):
        value = phrase or word
        if key in FILTERS:
            filters[key] = value
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


def _day(filters: dict[str, str], name: str) -> date | None:
    if name not in filters:
        return None
    try:
        return date.fromisoformat(filters[name])
    except ValueError as error:
        raise Refused(f"{name}:{filters[name]} is no day; write it as {name}:2026-12-31") from error
