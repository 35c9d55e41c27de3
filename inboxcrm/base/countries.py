"""Countries by their names and codes (ISO 3166)."""

from __future__ import annotations

from functools import lru_cache

NO_COUNTRIES = frozenset(("EU", "EZ", "UN", "ZZ", "XA", "XB"))
USUAL = {"uk": "GB", "great britain": "GB", "usa": "US", "holland": "NL", "united states of america": "US"}


@lru_cache(maxsize=1)
def country_names() -> dict[str, str]:
    """Give the codes of countries by their English names in lower case."""
    from babel import Locale  # takes long to read, and few need it

    names = Locale("en").territories
    return {
        str(name).lower(): code
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES
    }


def country_code(words: str) -> str:
    """Give the code of a country by its code or its English name, whatever the case; "" if there is none."""
    wanted = words.strip().lower()
    names = country_names()
    code = names.get(wanted) or USUAL.get(wanted) or wanted.upper()
    return code if code in names.values() else ""
