"""`replay`: what rules would have done on the real history, beside what the rules in force did; nothing is done (V7).

Open loop: what a rule would have changed changes nothing of what follows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from sqlalchemy.orm import Session

from inboxcrm.base.past_events import first_event_since
from inboxcrm.base.work import Office
from inboxcrm.rules.calendars import calendars_of
from inboxcrm.rules.rule import Rule
from inboxcrm.rules.trial.compare import GONE, NEW, SAME, UNSURE, Line, compare, real_firings
from inboxcrm.rules.trial.judging import Judge
from inboxcrm.rules.trial.occasion import Span
from inboxcrm.rules.trial.on_dates import judge_dates
from inboxcrm.rules.trial.on_events import judge_events
from inboxcrm.rules.trial.on_schedules import judge_schedules
from inboxcrm.rules.trial.on_waits import judge_waits
from inboxcrm.rules.trial.read_only import looking_only
from inboxcrm.rules.trial.words import count_in_words


@dataclass(slots=True)
class Replay:
    """A replay on its way: its lines, and what was counted of those that were read so far."""

    lines: Iterator[Line]
    rules: Sequence[Rule]
    counts: dict[str, Counter[str]] = field(
        default_factory=lambda: {sign: Counter() for sign in (SAME, NEW, GONE, UNSURE)}
    )

    def __iter__(self) -> Iterator[Line]:
        for line in self.lines:
            self.counts[line.sign][line.rule] += 1
            yield line

    def made(self) -> str:
        """Count in words what would have been made besides what was."""
        return count_in_words({rule.id: rule for rule in self.rules}, self.counts[NEW].elements())


@contextmanager
def replay_rules(
    office: Office,
    rules: Sequence[Rule],
    in_force: Sequence[Rule],
    since: datetime,
    until: datetime,
    rule: str = "",
) -> Iterator[Replay]:
    """Open a replay of `rules` from one moment to another, of one of them only if it is named.

    The rules in force tell when each was due, and which have got other steps. The lines are read inside.
    """
    chosen = [one for one in rules if rule in ("", one.id)]
    until = min(until, office.clock.now())
    with looking_only(office) as session:
        yield Replay(_lines(session, office, chosen, in_force, since, until, rule), chosen)


def _lines(
    session: Session,
    office: Office,
    rules: Sequence[Rule],
    in_force: Sequence[Rule],
    since: datetime,
    until: datetime,
    rule: str,
) -> Iterator[Line]:
    span = Span(since, until, first_event_since(session, since), first_event_since(session, until))
    calendars = calendars_of(office.settings)
    judges = [Judge(one, calendars) for one in rules]
    known = {one.id: one for one in (*in_force, *rules)}
    real = real_firings(session, office.settings, known, span, rule)
    waiting = {one.id for one in known.values() if one.moment}
    found = chain(
        judge_events(session, office.settings, judges, span, waiting),
        judge_schedules(session, office.settings, judges, span),
        judge_waits(session, office.settings, judges, span, real, office.clock.now()),
        judge_dates(session, office.settings, judges, span, real),
    )
    yield from compare(found, real, _changed(rules, in_force), session)


def _changed(rules: Sequence[Rule], in_force: Sequence[Rule]) -> set[str]:
    """Name the rules whose steps are others than those of the rule in force of the same id."""
    steps = {one.id: _steps(one) for one in in_force}
    return {one.id for one in rules if one.id in steps and steps[one.id] != _steps(one)}


def _steps(rule: Rule) -> list[tuple[str, dict[str, object]]]:
    return [
        (action.name, {**action.arguments, "wait": action.wait.text if action.wait else ""})
        for action in rule.actions
    ]
