"""Carries a rule out for one occasion: once, whole or not at all (V7).

The firing's key is written in the transaction of what the rule did. A refused action undoes the rule's other
actions of this occasion and becomes a finding.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Event, Work
from inboxcrm.rules import events
from inboxcrm.rules.actions.shape import Occasion
from inboxcrm.rules.actions.table import ACTIONS
from inboxcrm.rules.calendars import calendars_of
from inboxcrm.rules.facts import KIND_OF_SUBJECT, facts_of, in_words
from inboxcrm.rules.records import Firing
from inboxcrm.rules.rule import Rule
from inboxcrm.rules.sequences.beginning import begin_sequence, step_done
from inboxcrm.rules.store import firing_by_key
from inboxcrm.rules.waiting import begin_wait

DEEPEST = 5


@dataclass(frozen=True, slots=True)
class Subject:
    """What a rule is fired about, with its facts."""

    kind: str
    id: int
    facts: dict[str, object]


def fire_event_rules(work: Work, event: Event, rules: tuple[Rule, ...]) -> None:
    """Fire the rules that listen to an event and whose condition holds now; those with `at` begin to wait."""
    listening = [rule for rule in rules if rule.listens_to == event.kind]
    if not listening:
        return
    if event.depth >= DEEPEST:
        work.emit(
            events.RULE_LOOP, (event.subject_kind, event.subject_id), box_id=event.box_id, event=event.id
        )
        return
    kind = KIND_OF_SUBJECT.get(event.subject_kind)
    facts = facts_of(work.session, kind, event.subject_id, work.settings.field) if kind else {}
    if facts is None:
        return
    calendars = calendars_of(work.settings)
    for rule in listening:
        if rule.kind != (kind or "company"):
            continue
        if rule.moment:
            begin_wait(work, rule, rule.moment, event, facts)
        elif rule.condition.holds(facts, work.now, calendars):
            subject = Subject(event.subject_kind, event.subject_id, facts)
            fire_rule(work, rule, subject, f"{rule.id}:event:{event.id}", event)


def fire_rule(
    work: Work,
    rule: Rule,
    subject: Subject,
    key: str,
    event: Event | None = None,
    run_id: int | None = None,
) -> None:
    """Carry out a rule's actions for an occasion; a second time does nothing. `run_id`: as steps of that sequence."""
    if firing_by_key(work.session, key) is not None:
        return
    actor, cause, depth = work.actor, work.cause, work.depth
    work.actor, work.cause, work.depth = f"rule:{rule.id}", event, (event.depth if event else 0) + 1
    try:
        outcome = _carry_out(work, rule, subject, key, event, run_id)
    finally:
        work.actor, work.cause, work.depth = actor, cause, depth
    _note_firing(work, rule, subject, key, event, outcome)


def note_failure(
    work: Work, rule: Rule, subject: Subject, key: str, error: Exception, event: Event | None = None
) -> None:
    """Make an occasion at which an action failed, by a fault of ours, a finding; it is not tried again."""
    if firing_by_key(work.session, key) is not None:
        return
    reason = f"failed: {type(error).__name__}: {error}"[:500]
    work.emit(
        events.RULE_REFUSED,
        (subject.kind, subject.id),
        box_id=_number(subject.facts.get("box_id")),
        is_quiet=True,
        rule=rule.id,
        reason=reason,
    )
    _note_firing(work, rule, subject, key, event, reason)


def _note_firing(
    work: Work, rule: Rule, subject: Subject, key: str, event: Event | None, outcome: str
) -> None:
    firing = Firing(
        key=key,
        rule=rule.id,
        version=version_of(rule),
        subject_kind=subject.kind,
        subject_id=subject.id,
        event_id=event.id if event else None,
        at=work.now,
        outcome=outcome,
    )
    work.session.add(firing)
    work.session.flush()


def version_of(rule: Rule) -> str:
    """Give a rule's version and the date of its file, as digests show them (RN-8)."""
    return f"{rule.version} ({rule.file_version})"


def _carry_out(
    work: Work, rule: Rule, subject: Subject, key: str, event: Event | None, run_id: int | None
) -> str:
    box_id = subject.facts.get("box_id")
    place = (subject.kind, subject.id)
    words = in_words(subject.facts, work.settings.company.zone)
    occasion = Occasion(rule, subject.kind, subject.id, words, key, event, version_of(rule), subject.facts, run_id)
    try:
        with work.session.begin_nested():  # a savepoint: all of the rule's actions or none
            done = _do(work, occasion) if run_id or not rule.is_sequence else _begin(work, occasion)
    except Refused as reason:
        work.emit(
            events.RULE_REFUSED,
            place,
            box_id=_number(box_id),
            is_quiet=True,
            rule=rule.id,
            reason=str(reason),
        )
        return f"refused: {reason}"
    outcome = "; ".join(done)
    work.emit(
        events.RULE_FIRED,
        place,
        box_id=_number(box_id),
        is_quiet=True,
        rule=rule.id,
        why=rule.why,
        did=outcome,
    )
    return outcome


def _do(work: Work, occasion: Occasion) -> list[str]:
    return [
        ACTIONS[action.name].run(work, occasion, action.arguments) for action in occasion.rule.actions
    ]


def _begin(work: Work, occasion: Occasion) -> list[str]:
    """Begin a sequence, with those of its steps that do not wait."""
    begun = begin_sequence(work, occasion)
    if begun.run_id is None:
        return [begun.told]
    first = occasion.rule.stages[0].actions
    done = _do(work, replace(occasion, rule=replace(occasion.rule, actions=first), run_id=begun.run_id))
    step_done(work, occasion.rule, begun.run_id, occasion.values)
    return [begun.told, *done]


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None
