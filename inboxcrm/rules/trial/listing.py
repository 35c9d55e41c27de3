"""`list`: each rule with its version, what fires it, and what it did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from inboxcrm.rules.rule import Rule
from inboxcrm.rules.trial.store import Hits

LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Listed:
    """One rule; `rule` is None where only its firings are left."""

    id: str
    rule: Rule | None
    hits: Hits

    @property
    def trigger(self) -> str:
        """Say what fires it."""
        return trigger_of(self.rule) if self.rule else "no longer there"

    @property
    def version(self) -> str:
        """Say its version, and the date of its file."""
        return f"{self.rule.version} ({self.rule.file_version})" if self.rule else ""


def trigger_of(rule: Rule) -> str:
    """Say in the words of its file what fires a rule."""
    if rule.on:
        return f"on {rule.on}"
    if rule.schedule:
        return f"every {rule.schedule.text.removeprefix('every ')}"
    moment = getattr(rule, "moment", None)
    return f"at {moment.text}" if moment is not None else ""


def list_rules(rules: Sequence[Rule], hits: Mapping[str, Hits]) -> list[Listed]:
    """Give the rules by what they are about and their ids, and behind them those that only have fired once."""
    known = {rule.id: rule for rule in rules}
    listed = [
        Listed(rule.id, rule, hits.get(rule.id, Hits()))
        for rule in sorted(rules, key=lambda one: (one.kind, one.id))
    ]
    return listed + [Listed(one, None, hits[one]) for one in sorted(hits) if one not in known]


def lately(now: datetime) -> datetime:
    """Give the moment since which firings count as late ones."""
    return now - LATELY
