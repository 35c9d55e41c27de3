"""Judges a rule's condition over facts of which some may be unknown: it holds, it does not, or nobody can tell.

A condition that is several joined by `and` fails with any of them, so that an unknown fact matters only where all
that can be told holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from inboxcrm.rules.language.compile_python import compile_python
from inboxcrm.rules.language.tree import Junction, facts_of_tree, walk_tree
from inboxcrm.rules.language.working_time import Calendars
from inboxcrm.rules.rule import Rule

# What gives the same whenever it is asked; all other parts of the language may look at the clock.
_TIMELESS = {"FactUse", "Constant", "Compare", "IsEmpty", "Among", "Junction", "Not", "Call", "Arithmetic", "WorkTime"}


@dataclass(frozen=True, slots=True)
class Part:
    """One of the conditions that are joined by `and`."""

    holds: Callable[..., bool]
    facts: frozenset[str]
    is_timeless: bool


class Judge:
    """One rule's condition, taken apart; `calendars` are those of the company."""

    def __init__(self, rule: Rule, calendars: Calendars) -> None:
        self.rule, self.calendars = rule, calendars
        tree = rule.condition.tree
        nodes = tree.items if isinstance(tree, Junction) and tree.is_all else (tree,)
        self.parts = [_part(node) for node in nodes]
        self.timeless = [part for part in self.parts if part.is_timeless]

    def holds(self, facts: Mapping[str, object], unknown: frozenset[str], now: datetime) -> bool | None:
        """Tell whether the condition holds; None where it hangs on what nobody can tell."""
        if not unknown & self.rule.condition.facts:
            return self.rule.condition.holds(facts, now, self.calendars)
        known = [part for part in self.parts if not part.facts & unknown]
        return None if all(part.holds(facts, now, self.calendars) for part in known) else False

    def can_hold(self, facts: Mapping[str, object], unknown: frozenset[str], now: datetime) -> bool:
        """Tell whether it may hold at any time as long as these facts stay; the clock is not asked."""
        return all(
            part.facts & unknown or part.holds(facts, now, self.calendars) for part in self.timeless
        )


def _part(node: Any) -> Part:
    nodes = list(walk_tree(node))
    facts = frozenset(use.name for use in facts_of_tree(node))
    return Part(compile_python(node), facts, all(type(each).__name__ in _TIMELESS for each in nodes))
