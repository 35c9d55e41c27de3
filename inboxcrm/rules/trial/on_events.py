"""What event rules would have done: each past event is judged with the facts as its reaction saw them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from inboxcrm.base.past_events import PastEvent, Reaction, events_between, reactions_since
from inboxcrm.rules.facts import KIND_OF_SUBJECT
from inboxcrm.rules.firing import DEEPEST
from inboxcrm.rules.rule import Rule
from inboxcrm.rules.trial.judging import Judge
from inboxcrm.rules.trial.life import Boundary
from inboxcrm.rules.trial.lives import Lives
from inboxcrm.rules.trial.occasion import Key, Occurrence, Span
from inboxcrm.rules.trial.words import did_in_words, texts_of

if TYPE_CHECKING:
    from inboxcrm.base.settings import Settings

SHOWN = ("name", "box_id", "owner", "currency")  # texts write amounts as their currency does


@dataclass(frozen=True, slots=True)
class _Hit:
    """A rule that held for an event, or of which nobody can tell."""

    judge: Judge
    event: PastEvent
    boundary: Boundary
    unknown: frozenset[str]


def judge_events(
    session: Session, settings: Settings, judges: Collection[Judge], span: Span, waiting: Collection[str]
) -> Iterator[Occurrence]:
    """Yield what these rules would have done in a span, some events at a time, oldest first.

    `waiting` names the rules that wait after events: what they did was done long after.
    """
    by_event: dict[str, list[Judge]] = {}
    for judge in judges:
        if judge.rule.on:
            by_event.setdefault(judge.rule.on, []).append(judge)
    if not by_event:
        return
    reactions = reactions_since(session, span.first, waiting)
    for events in events_between(session, by_event, span.first, span.last):
        yield from _judge_some(session, settings, events, by_event, reactions)


def _judge_some(
    session: Session,
    settings: Settings,
    events: list[PastEvent],
    by_event: Mapping[str, list[Judge]],
    reactions: Mapping[int, Reaction],
) -> Iterator[Occurrence]:
    groups: dict[str, list[PastEvent]] = {}
    for event in events:
        if event.depth < DEEPEST:
            groups.setdefault(KIND_OF_SUBJECT.get(event.subject_kind, "company"), []).append(event)
    found: list[Occurrence] = []
    for kind, group in groups.items():
        fitting = {
            on: [judge for judge in judges if judge.rule.kind == kind] for on, judges in by_event.items()
        }
        wanted = [event for event in group if fitting[event.kind]]
        hits = list(_hits(session, settings, kind, wanted, fitting, reactions))
        found += _told(session, settings, kind, hits)
    yield from sorted(found, key=lambda one: (one.key.event_id or 0, one.key.rule))


def _hits(
    session: Session,
    settings: Settings,
    kind: str,
    events: list[PastEvent],
    fitting: Mapping[str, list[Judge]],
    reactions: Mapping[int, Reaction],
) -> Iterator[_Hit]:
    judges = [judge for on in {event.kind for event in events} for judge in fitting[on]]
    names = frozenset[str]().union(*(judge.rule.condition.facts for judge in judges))
    lives = {}
    if kind != "company" and events:
        numbers = {event.subject_id for event in events}
        lives = Lives(session, kind, names, settings.field).load(numbers)
    for event in events:
        boundary = _boundary(event, reactions)
        facts: dict[str, Any] = {}
        unknown = frozenset[str]()
        if kind != "company":
            if (life := lives.get(event.subject_id)) is None:
                yield from (_Hit(judge, event, boundary, _GONE) for judge in fitting[event.kind])
                continue
            facts, unknown = life.facts_at(names, boundary)
        for judge in fitting[event.kind]:
            holds = judge.holds(facts, unknown, boundary.at)
            if holds is not False:
                why = frozenset() if holds else unknown & judge.rule.condition.facts
                yield _Hit(judge, event, boundary, why)


_GONE = frozenset({"the record, as it is there no more"})


def _boundary(event: PastEvent, reactions: Mapping[int, Reaction]) -> Boundary:
    """Give what the reaction to an event had before it: of one that rules reacted to all that is before their first."""
    reaction = reactions.get(event.id)
    if reaction is None:
        return Boundary(event.at, cause=event.id)
    return Boundary(reaction.at, first=reaction.first_of_rules, cause=event.id)


def _told(session: Session, settings: Settings, kind: str, hits: list[_Hit]) -> Iterator[Occurrence]:
    """Say in words what would be done: only for what held the facts of the texts are asked."""
    if not hits:
        return
    lives = {}
    rules = {hit.judge.rule.id: hit.judge.rule for hit in hits}.values()
    names = {*SHOWN, *(name for rule in rules for name in texts_of(rule))}
    if kind != "company":
        loader = Lives(session, kind, names, settings.field)
        names &= set(loader.pasts)
        lives = loader.load({hit.event.subject_id for hit in hits})
    for hit in hits:
        facts: dict[str, Any] = {}
        unknown = frozenset[str]()
        if life := lives.get(hit.event.subject_id):
            facts, unknown = life.facts_at(names, hit.boundary)
        yield occurrence_of(
            settings, hit.judge.rule, hit, facts, unknown,
            Key(hit.judge.rule.id, hit.event.id, hit.event.subject_id, None),
        )  # fmt: skip


def occurrence_of(
    settings: Settings,
    rule: Rule,
    hit: _Hit,
    facts: dict[str, Any],
    unknown: frozenset[str],
    key: Key,
) -> Occurrence:
    """Give an occasion with what it was about."""
    box_id = facts.get("box_id")
    return Occurrence(
        key,
        hit.boundary.at,
        hit.event.subject_kind,
        hit.event.subject_id,
        str(facts.get("name") or facts.get("subject") or ""),
        box_id if isinstance(box_id, int) else hit.event.box_id,
        did_in_words(rule, facts, unknown, settings.company.zone),
        tuple(sorted(hit.unknown)),
    )
