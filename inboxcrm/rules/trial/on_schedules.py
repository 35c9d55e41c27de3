"""What scheduled rules would have done: each record is walked through the due moments of each rule, once.

A record is loaded once, with all that changed of it, and its facts are made anew only where something changed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from inboxcrm.base.own_time import workdays_of
from inboxcrm.base.past_events import first_event_since, sweeps_since
from inboxcrm.rules.rule import Rule
from inboxcrm.rules.schedule import Schedule, first_due_after, latest_due
from inboxcrm.rules.trial.judging import Judge
from inboxcrm.rules.trial.life import Boundary, Life
from inboxcrm.rules.trial.lives import Lives
from inboxcrm.rules.trial.occasion import Key, Occurrence, Span
from inboxcrm.rules.trial.on_events import SHOWN
from inboxcrm.rules.trial.store import last_firings_before
from inboxcrm.rules.trial.words import did_in_words, texts_of

if TYPE_CHECKING:
    from inboxcrm.base.settings import Settings

AT_ONCE = 500
_Facts = tuple[dict[str, Any], frozenset[str]]


@dataclass(frozen=True, slots=True)
class _Look:
    """One look of a rule: the moment when it was due, and what had happened when it looked."""

    due_at: datetime
    boundary: Boundary


@dataclass(frozen=True, slots=True)
class _Plan:
    """A rule with its looks; the first is before the span: what held then had its episode already."""

    judge: Judge
    looks: list[_Look]
    fired: Mapping[int, datetime]


def due_moments(schedule: Schedule, settings: Settings, since: datetime, until: datetime) -> list[datetime]:
    """Give the moments of a span at which a schedule was due, and one on either side of them."""
    zone, workdays = settings.company.zone, workdays_of(settings, None)
    before = latest_due(schedule, since, zone, workdays)
    if before == since and (found := _last_before(schedule, settings, since)):
        before = found
    moments, at = [before or since], before or since
    while (due := first_due_after(schedule, at, zone, workdays)) is not None:
        moments.append(due)
        if due >= until:
            break
        at = due
    return moments


def _last_before(schedule: Schedule, settings: Settings, since: datetime) -> datetime | None:
    """Give the last due moment before a moment that is one itself."""
    zone = settings.company.zone
    return latest_due(schedule, since - datetime.resolution, zone, workdays_of(settings, None))


def judge_schedules(
    session: Session, settings: Settings, judges: Collection[Judge], span: Span
) -> Iterator[Occurrence]:
    """Yield what these rules would have done in a span, some records at a time."""
    plans = _plans(session, settings, [judge for judge in judges if judge.rule.schedule], span)
    for kind in sorted({plan.judge.rule.kind for plan in plans}):
        chosen = [plan for plan in plans if plan.judge.rule.kind == kind]
        if kind == "company":
            yield from _of_company(settings, chosen)
            continue
        names = {name for plan in chosen for name in plan.judge.rule.condition.facts}
        lives = Lives(session, kind, names, settings.field)
        texts = {*SHOWN, *(name for plan in chosen for name in texts_of(plan.judge.rule))}
        shown = Lives(session, kind, texts, settings.field)
        for ids in lives.all_ids(AT_ONCE):
            hits = [
                (life.id, plan, look, unknown)
                for life in lives.load(ids).values()
                for plan, look, unknown in _walk(life, chosen, frozenset(names))
            ]
            yield from _told(settings, kind, hits, shown, texts & set(shown.pasts))


def _plans(session: Session, settings: Settings, judges: list[Judge], span: Span) -> list[_Plan]:
    due = {
        judge.rule.id: due_moments(judge.rule.schedule, settings, span.since, span.until)
        for judge in judges
        if judge.rule.schedule
    }
    earliest = min((moments[0] for moments in due.values()), default=span.since)
    sweeps = sweeps_since(session, first_event_since(session, earliest)) if due else {}
    return [
        _Plan(
            judge,
            _looks(due[judge.rule.id], sweeps.get(judge.rule.id, [])),
            last_firings_before(session, judge.rule.id, span.since) if judge.rule.again else {},
        )
        for judge in judges
    ]


def _looks(due: list[datetime], sweeps: list[tuple[datetime, int]]) -> list[_Look]:
    """Give the looks at all but the last moment: a rule that did something at one looked when it did."""
    times = [at for at, _ in sweeps]
    looks = []
    for moment, end in pairwise(due):
        place = bisect_right(times, moment - datetime.resolution)
        if place < len(times) and times[place] < end:
            looks.append(_Look(moment, Boundary(sweeps[place][0], first=sweeps[place][1])))
        else:
            looks.append(_Look(moment, Boundary(moment)))
    return looks


def _walk(
    life: Life, plans: list[_Plan], names: frozenset[str]
) -> Iterator[tuple[_Plan, _Look, tuple[str, ...]]]:
    """Walk one record through all looks of all rules."""
    made: dict[tuple[int, int | None], _Facts] = {}
    for plan in plans:
        held: bool | None = False
        last, is_told = plan.fired.get(life.id), False
        for number, look, holds, unknown in _verdicts(life, plan, names, made):
            if number and holds is None and not (held is None and is_told):
                is_told = True
                yield plan, look, tuple(sorted(unknown & plan.judge.rule.condition.facts))
            elif number and holds and held is None:
                yield plan, look, ("since when it holds",)
            elif number and holds and (not held or _is_again(plan.judge.rule, last, look.boundary.at)):
                last = look.boundary.at
                yield plan, look, ()
            held = holds


def _verdicts(
    life: Life, plan: _Plan, names: frozenset[str], made: dict[tuple[int, int | None], _Facts]
) -> Iterator[tuple[int, _Look, bool | None, frozenset[str]]]:
    """Judge the looks of one rule in turn; of those between two changes that cannot hold only one is told."""
    looks, judge, number = plan.looks, plan.judge, 0
    while number < len(looks):
        look = looks[number]
        if not life.was_there(look.boundary):
            number += 1
            continue
        place = bisect_right(life.moments, look.boundary.at)
        key = (place, look.boundary.first if _is_close(life, place, look) else None)
        if key not in made:
            made[key] = life.facts_at(names, look.boundary)
        facts, unknown = made[key]
        if judge.can_hold(facts, unknown, look.boundary.at):
            yield number, look, judge.holds(facts, unknown, look.boundary.at), unknown
            number += 1
            continue
        yield number, look, False, unknown
        number += 1
        if place < len(life.moments):
            while number < len(looks) and looks[number].boundary.at < life.moments[place]:
                number += 1
        elif not _is_close(life, place, look):
            return


def _is_close(life: Life, place: int, look: _Look) -> bool:
    """Tell whether something changed at the very moment of a look, so that only ids tell which was first."""
    return bool(place and life.moments[place - 1] == look.boundary.at)


def _is_again(rule: Rule, last: datetime | None, at: datetime) -> bool:
    return bool(rule.again and last and last + rule.again <= at)


def _of_company(settings: Settings, plans: list[_Plan]) -> Iterator[Occurrence]:
    for plan in plans:
        rule = plan.judge.rule
        for look in plan.looks[1:]:
            if plan.judge.holds({}, frozenset(), look.boundary.at):
                did = did_in_words(rule, {}, frozenset(), settings.company.zone)
                yield Occurrence(
                    Key(rule.id, None, 0, look.due_at), look.boundary.at, "company", 0, "", None, did
                )


def _told(
    settings: Settings,
    kind: str,
    hits: list[tuple[int, _Plan, _Look, tuple[str, ...]]],
    shown: Lives,
    names: set[str],
) -> Iterator[Occurrence]:
    lives = shown.load({number for number, *_ in hits}) if hits else {}
    for number, plan, look, unknown in hits:
        facts, gaps = lives[number].facts_at(names, look.boundary)
        yield Occurrence(
            Key(plan.judge.rule.id, None, number, look.due_at),
            look.boundary.at,
            kind,
            number,
            str(facts.get("name") or facts.get("subject") or ""),
            facts.get("box_id"),
            did_in_words(plan.judge.rule, facts, gaps, settings.company.zone),
            unknown,
        )
