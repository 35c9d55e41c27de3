"""Fires rules whose wait after an event is over, if what they ask for holds now and nothing has come between."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import structlog

from inboxcrm.base.among import among
from inboxcrm.base.database import DatabaseTrouble, ValuesRefused
from inboxcrm.base.store import events_followed_by, expect_rows
from inboxcrm.base.work import Event, Office, Work
from inboxcrm.rules.calendars import calendars_of
from inboxcrm.rules.facts import KIND_OF_SUBJECT, SOURCES, find_records
from inboxcrm.rules.firing import Subject, fire_rule, note_failure
from inboxcrm.rules.portions import ACTOR, FIRED, Facts, chunks
from inboxcrm.rules.rule import Rule
from inboxcrm.rules.wait_store import due_waits, end_waits, take_waits

log = structlog.get_logger()


def fire_due_waits(office: Office, rule: Rule) -> int:
    """Fire a rule for each wait of its that is over; give how many waits have ended."""
    with office.reading() as session:
        due = due_waits(session, rule.id, office.clock.now())
    return sum(_fire(office, rule, some) for some in chunks(due, FIRED))


def _fire(office: Office, rule: Rule, wait_ids: Sequence[int]) -> int:
    try:
        with office.work("wait", actor=ACTOR) as work:
            expect_rows(work.session, 2 * len(wait_ids))
            taken = take_waits(work.session, wait_ids)
            for event, facts in _still_due(work, rule, list(taken.values())):
                subject = Subject(event.subject_kind, event.subject_id, facts)
                fire_rule(work, rule, subject, f"{rule.id}:event:{event.id}", event)
            end_waits(work.session, taken)
            return len(taken)
    except Exception as error:
        if isinstance(error, DatabaseTrouble) and not isinstance(error, ValuesRefused):
            raise
        if len(wait_ids) > 1:
            return sum(_fire(office, rule, [one]) for one in wait_ids)
        log.exception("rule_not_carried_out", rule=rule.id, wait=wait_ids[0])
        _set_aside(office, rule, wait_ids, error)
        return 1


def _set_aside(office: Office, rule: Rule, wait_ids: Iterable[int], error: Exception) -> None:
    with office.work("wait", actor=ACTOR) as work:
        taken = take_waits(work.session, wait_ids)
        for event in taken.values():
            subject = Subject(event.subject_kind, event.subject_id, {"box_id": event.box_id})
            note_failure(work, rule, subject, f"{rule.id}:event:{event.id}", error, event)
        end_waits(work.session, taken)


def _still_due(work: Work, rule: Rule, events: Sequence[Event]) -> list[tuple[Event, Facts]]:
    """Give those of these events for whose record the rule holds now, with the record's facts."""
    moment = rule.moment
    if moment is None or moment.event not in {event.kind for event in events}:
        return []  # the rule was rewritten meanwhile
    over = events_followed_by(work.session, [event.id for event in events], moment.unless_events)
    waiting = [event for event in events if event.id not in over and event.kind == moment.event]
    known = _facts_of(work, rule, waiting)
    found = [(event, known[event.subject_id]) for event in waiting if event.subject_id in known]
    calendars = calendars_of(work.settings)
    return [
        (event, facts)
        for event, facts in found
        if rule.condition.holds(facts, work.now, calendars)
        and not (moment.unless and moment.unless.holds(facts, work.now, calendars))
    ]


def _facts_of(work: Work, rule: Rule, events: Sequence[Event]) -> Mapping[int, Facts]:
    if rule.kind == "company":
        return {event.subject_id: {} for event in events}
    ids = {event.subject_id for event in events if KIND_OF_SUBJECT.get(event.subject_kind) == rule.kind}
    where = among(work.session, SOURCES[rule.kind].id, sorted(ids))
    return find_records(work.session, rule.kind, where, work.settings.field) if ids else {}
