"""The one place that reads randomness: unguessable words for tokens and keys."""

from __future__ import annotations

import secrets
from typing import Protocol


class Ids(Protocol):
    """Gives unguessable words."""

    def token(self, bits: int = 64) -> str:
        """Give a new unguessable word in lower-case hex with that many random bits."""

    def key(self) -> bytes:
        """Give 32 random bytes for a secret key."""


class SystemIds:
    """Randomness of the operating system."""

    def token(self, bits: int = 64) -> str:
        """Give a new unguessable word in lower-case hex with that many random bits."""
        return secrets.token_hex(bits // 8)

    def key(self) -> bytes:
        """Give 32 random bytes for a secret key."""
        return secrets.token_bytes(32)
