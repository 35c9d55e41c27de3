"""What rules that wait after an event would have done: each is judged when its wait was over."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from inboxcrm.base.business_time import working_time_of
from inboxcrm.base.past_events import (
    PastEvent,
    events_between,
    history_of_boxes,
    history_of_subjects,
)
from inboxcrm.rules.facts import KIND_OF_SUBJECT
from inboxcrm.rules.moment import Moment, moment_at
from inboxcrm.rules.trial.judging import Judge
from inboxcrm.rules.trial.life import Boundary, Life
from inboxcrm.rules.trial.lives import Lives
from inboxcrm.rules.trial.occasion import Key, Occurrence, Span
from inboxcrm.rules.trial.on_events import SHOWN
from inboxcrm.rules.trial.store import Fired
from inboxcrm.rules.trial.words import did_in_words, texts_of

if TYPE_CHECKING:
    from inboxcrm.base.settings import Settings


@dataclass(frozen=True, slots=True)
class _Asking:
    """What all of one kind of record have in common: their lives, and what came after their events."""

    settings: Settings
    real: Mapping[Key, Fired]
    now: datetime
    lives: Mapping[int, Life]
    names: frozenset[str]
    later: list[PastEvent]


def names_of(judge: Judge) -> set[str]:
    """Give all facts that a rule with `at` needs, those of its texts too."""
    moment = judge.rule.moment
    unless = moment.unless.facts if moment and moment.unless else frozenset()
    anchor = {moment.anchor} if moment and not moment.event else {"received_at"}
    return {*judge.rule.condition.facts, *unless, *anchor, *texts_of(judge.rule), *SHOWN, "owner"}


def judge_waits(
    session: Session,
    settings: Settings,
    judges: Collection[Judge],
    span: Span,
    real: Mapping[Key, Fired],
    now: datetime,
) -> Iterator[Occurrence]:
    """Yield what these rules would have done for the events of a span whose waits are over by now."""
    waiting = [judge for judge in judges if judge.rule.moment and judge.rule.moment.event]
    kinds = {judge.rule.listens_to or "" for judge in waiting}
    if not kinds:
        return
    names = frozenset[str]().union(*(names_of(judge) for judge in waiting))
    unless = {kind for judge in waiting if judge.rule.moment for kind in judge.rule.moment.unless_events}
    for events in events_between(session, kinds, span.first, span.last):
        later = _later(session, events, unless)
        for kind in sorted({judge.rule.kind for judge in waiting}):
            fitting = [
                one for one in events if KIND_OF_SUBJECT.get(one.subject_kind, "company") == kind
            ]
            known: Mapping[int, Life] = {}
            own = names
            if kind != "company" and fitting:
                loader = Lives(session, kind, names, settings.field)
                known = loader.load({one.subject_id for one in fitting})
                own = names & set(loader.pasts)
            asking = _Asking(settings, real, now, known, own, later)
            for event in fitting:
                for judge in waiting:
                    if judge.rule.kind == kind and judge.rule.listens_to == event.kind:
                        yield from _judge_one(asking, judge, event)


def _later(session: Session, events: list[PastEvent], kinds: set[str]) -> list[PastEvent]:
    """Give all events that may end a wait after one of these."""
    if not kinds:
        return []
    boxes = {one.box_id for one in events if one.box_id}
    found = history_of_boxes(session, boxes, kinds)
    for kind in {one.subject_kind for one in events}:
        found += history_of_subjects(
            session, kind, {one.subject_id for one in events if one.subject_kind == kind}, kinds
        )
    return found


def _judge_one(asking: _Asking, judge: Judge, event: PastEvent) -> Iterator[Occurrence]:
    rule, moment = judge.rule, judge.rule.moment
    life = asking.lives.get(event.subject_id)
    if moment is None or (life is None and rule.kind != "company"):
        return
    began, _ = _facts(life, asking.names, Boundary(event.at, cause=event.id))
    due_at = _due_at(asking.settings, moment, event, began)
    key = Key(rule.id, event.id, event.subject_id, None)
    fired = asking.real.get(key)
    if fired is None and due_at > asking.now:
        return
    boundary = Boundary(fired.at if fired else due_at, own=f"rule:{rule.id}")
    if any(_ends(one, event) and boundary.has_seen(one) for one in asking.later if one.kind in moment.unless_events):
        return
    facts, unknown = _facts(life, asking.names, boundary)
    holds = holds_unless(judge, facts, unknown, boundary.at)
    if holds is not False:
        gaps = tuple(sorted(unknown & _asked(judge))) if holds is None else ()
        yield occurrence(asking.settings, judge, key, boundary.at, (event.subject_kind, facts, unknown, gaps))


def _facts(
    life: Life | None, names: frozenset[str], boundary: Boundary
) -> tuple[dict[str, Any], frozenset[str]]:
    return life.facts_at(names, boundary) if life else ({}, frozenset())


def _due_at(
    settings: Settings, moment: Moment, event: PastEvent, facts: Mapping[str, Any]
) -> datetime:
    owner, received_at = facts.get("owner"), facts.get("received_at")
    user = settings.user_by_key(owner) if isinstance(owner, str) else None
    at = event.at
    if event.kind == "message.received" and isinstance(received_at, datetime):
        at = min(received_at, at)  # a mail that was taken in late came when it came
    return moment_at(moment, working_time_of(settings, user), at)


def _ends(later: PastEvent, event: PastEvent) -> bool:
    """Tell whether an event came after another, on the same box or about the same thing."""
    is_box = event.box_id is not None and later.box_id == event.box_id
    about = (later.subject_kind, later.subject_id) == (event.subject_kind, event.subject_id)
    return later.id > event.id and (is_box or about)


def _asked(judge: Judge) -> frozenset[str]:
    moment = judge.rule.moment
    unless = moment.unless.facts if moment and moment.unless else frozenset[str]()
    return judge.rule.condition.facts | unless


def holds_unless(
    judge: Judge, facts: Mapping[str, object], unknown: frozenset[str], now: datetime
) -> bool | None:
    """Tell whether a rule with `at` holds and what stands behind `unless` does not; None if nobody can tell."""
    holds = judge.holds(facts, unknown, now)
    unless = judge.rule.moment.unless if judge.rule.moment else None
    if unless is None or holds is False:
        return holds
    if unknown & unless.facts:
        return None
    return False if unless.holds(facts, now, judge.calendars) else holds


def occurrence(
    settings: Settings,
    judge: Judge,
    key: Key,
    at: datetime,
    seen: tuple[str, dict[str, Any], frozenset[str], tuple[str, ...]],
) -> Occurrence:
    """Give an occasion of a rule with `at`; `seen`: kind of record, facts, those unknown, gaps that matter."""
    kind, facts, unknown, gaps = seen
    did = did_in_words(judge.rule, facts, unknown, settings.company.zone)
    name = str(facts.get("name") or facts.get("subject") or "")
    return Occurrence(key, at, kind, key.subject_id, name, facts.get("box_id"), did, gaps)
