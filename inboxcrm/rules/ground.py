"""What an action's keys are checked against when a rule is read: the settings, the facts, the folder of the rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from inboxcrm.rules.fault import suggest_nearest

if TYPE_CHECKING:
    from inboxcrm.base.settings import Settings
    from inboxcrm.rules.language.facts import FactTable
    from inboxcrm.rules.rule import Rule


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with one key of an action, and what would be right."""

    key: str
    what: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """What there is: the rule of the action, the facts that it sees, the settings, and where its files lie."""

    rule: Rule
    table: FactTable
    settings: Settings
    folder: Path


def unknown(key: str, word: str, known: Iterable[str], what: str) -> list[Wrong]:
    """Find a word that is none of those known; the remedy is the nearest, else all of them."""
    words = list(known)
    if word in words:
        return []
    listed = f"there are {', '.join(words)}" if words else "there is none"
    return [Wrong(key, f"there is no {what} '{word}'", suggest_nearest(word, words) or listed)]


def wrong_kind(ground: Ground, *kinds: str) -> list[Wrong]:
    """Find a rule that is about records of another kind than an action can do something with."""
    if ground.rule.kind in kinds:
        return []
    listed = " or ".join(f'for = "{kind}"' for kind in kinds)
    return [Wrong("action", f"this cannot be done for '{ground.rule.kind}'", f"write {listed}")]
