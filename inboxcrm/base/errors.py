"""The root of the product's own errors.

InboxcrmError
├── ConfigError       wrong usage or configuration (exit code 2)
├── ServerError       a server is not reachable or refuses us (exit code 3)
├── IllegalMove       a state machine refuses a move and names the legal ones
└── Refused           a verb says no, in words for the person who asked
"""

from __future__ import annotations


class InboxcrmError(Exception):
    """Something that the product says in one clear line."""


class ConfigError(InboxcrmError):
    """Wrong usage or configuration."""


class ServerError(InboxcrmError):
    """A server is not reachable or refuses us."""


class Refused(InboxcrmError):
    """A verb says no; the text is written for the person who asked."""


class IllegalMove(Refused):
    """A thing cannot go from one state to another; names the legal moves (LD-1, OP-1)."""

    def __init__(self, thing: str, old: str, new: str, legal: list[str]) -> None:
        self.legal = legal
        ways = f"from {old} it can go to: {', '.join(legal)}" if legal else f"{old} is final"
        super().__init__(f"{thing} cannot go from {old} to {new}; {ways}")
