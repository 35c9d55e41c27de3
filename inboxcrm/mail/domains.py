"""Which domains are one organization's, by the Public Suffix List (works offline)."""

from __future__ import annotations

from functools import lru_cache

from publicsuffixlist import PublicSuffixList


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@lru_cache(maxsize=4096)
def organizational_domain(domain: str) -> str:
    """`mail.shop.example.co.uk` -> `example.co.uk`; "" for a public suffix itself or for nothing."""
    plain = plain_domain(domain)
    return str(_suffixes().privatesuffix(plain) or "") if plain else ""


def plain_domain(domain: str) -> str:
    """A domain in lower case and ASCII (IDNA), without the last dot."""
    lowered = domain.strip().rstrip(".").lower()
    try:
        return lowered if lowered.isascii() else lowered.encode("idna").decode("ascii")
    except UnicodeError:
        return lowered
