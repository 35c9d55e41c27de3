"""Normal forms of names (LD-3): the same person or company, written in another way, has the same key.

Case, accents, punctuation, the order of a person's names, titles, legal forms, umlauts spelled out ("Mueller") and
doubled letters do not count. A key is kept beside its name, so that an index finds it among a million.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 200
# fmt: off
TITLES = frozenset((
    "dr", "prof", "mr", "mrs", "ms", "miss", "sir", "herr", "frau", "dhr", "mevr", "ing", "ir", "drs",
    "mag", "dipl", "phd", "msc", "bsc", "mba",
))
# What stands behind a company's name; dots within a word are left out before, so that "S.p.A." is "spa".
_FORMS = (
    "bv", "nv", "vof", "cv", "bvba", "sprl", "gmbh", "ag", "se", "kg", "ohg", "kgaa", "ug", "ek", "eg",
    "ev", "mbh", "co", "cie", "company", "ltd", "limited", "llc", "llp", "lp", "plc", "inc",
    "incorporated", "corp", "corporation", "sa", "sas", "sasu", "sarl", "eurl", "sci", "spa", "srl",
    "srls", "sl", "slu", "sau", "ab", "as", "asa", "aps", "oy", "oyj", "sro", "kft", "zrt", "nyrt",
    "doo", "dd", "ood", "eood", "ad", "pty", "pvt", "private", "pte", "sp zoo", "sp z oo", "sa de cv",
    "and co", "und co", "et cie", "haftungsbeschrankt",
)
# fmt: on
LEGAL_FORMS = tuple(sorted((tuple(form.split()) for form in _FORMS), key=len, reverse=True))
_APART = str.maketrans({"ø": "o", "ł": "l", "æ": "a", "œ": "o", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_ASIDE = re.compile(r"\([^()]*\)|[|].*$")
_WITHIN = re.compile(r"[.'’`´]")
_UMLAUT = re.compile(r"([aou])e")
_DOUBLED = re.compile(r"(.)\1+")


def person_key(name: str) -> str | None:
    """Give the key of a person's name; None where it has no first and last name: "Bob" or "info" is nobody for sure."""
    words = [word for word in _words(_ASIDE.sub(" ", name)) if word not in TITLES]
    if len(words) < 2 or not any(len(word) > 1 for word in words):
        return None
    if "@" in name or all(word.isdecimal() for word in words):
        return None
    return " ".join(sorted(map(_spelled_alike, words)))[:LONGEST]


def company_key(name: str) -> str | None:
    """Give the key of a company's name without its legal form; None if nothing is left of it."""
    words = _words(_ASIDE.sub(" ", name).replace("&", " and "))
    while form := next((form for form in LEGAL_FORMS if tuple(words[-len(form) :]) == form), None):
        if len(words) == len(form):
            break  # a company may be called "Company"
        words = words[: -len(form)]
    return "".join(map(_spelled_alike, words))[:LONGEST] or None


def _words(name: str) -> list[str]:
    # No name needs more, and whoever writes a book into his From gets no more of our time.
    plain = unicodedata.normalize("NFKD", name[:500].casefold().translate(_APART))
    plain = _WITHIN.sub("", "".join(c for c in plain if not unicodedata.combining(c)))
    return "".join(c if c.isalnum() else " " for c in plain).split()


def _spelled_alike(word: str) -> str:
    return _DOUBLED.sub(r"\1", _UMLAUT.sub(r"\1", word))
