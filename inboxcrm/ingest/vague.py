"""Requests that say too little, in a language that we do not sell in (IN-11)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from inboxcrm.base.settings import Settings
from inboxcrm.mail.language import languages_of

if TYPE_CHECKING:
    from inboxcrm.crm.records import Contact

SHORTEST = 4  # letters of a word by which a product is known
_WORD = re.compile(r"\w+")


def is_vague(settings: Settings, contact: Contact, words: str) -> bool:
    """Tell whether a stranger's words are in none of our languages and name no company, no number and no product.

    In doubt they are not: words of which nobody can tell the language, or that may be in one of ours.
    """
    sold = settings.sales.languages
    if not sold or contact.organization is not None or any(letter.isdigit() for letter in words):
        return False
    languages = languages_of(words)
    return bool(languages) and set(languages).isdisjoint(sold) and not _names_product(settings, words)


def _names_product(settings: Settings, words: str) -> bool:
    named = {word for one in settings.product for word in _long_words(f"{one.code} {one.description}")}
    return not named.isdisjoint(_long_words(words))


def _long_words(text: str) -> set[str]:
    return {word for word in _WORD.findall(text.casefold()) if len(word) >= SHORTEST}
