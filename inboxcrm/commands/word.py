"""What every command word is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from inboxcrm.base.work import Work
from inboxcrm.commands.scene import Scene

SELLERS = frozenset({"account_manager", "sdr", "team_lead", "sales_director"})
MANAGERS = frozenset({"team_lead", "sales_director"})
FINANCE = frozenset({"finance", "sales_director"})
EVERYBODY = SELLERS | FINANCE | {"operations", "marketing"}


@dataclass(frozen=True, slots=True)
class Word:
    """A command word: who may say it, an example that works, and the verb that carries it out.

    The verb gives the receipt's line, or raises Refused with what would be right.
    """

    name: str
    roles: frozenset[str]
    example: str
    meaning: str
    verb: Callable[[Work, Scene], str]
    is_alone: bool = (
        False  # words behind it may turn its meaning round, so there must be none: `yes but wait`
    )
