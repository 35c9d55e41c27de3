"""Runs rules that are due: scheduled ones, and those that wait for a moment (docs/rules.md).

A scheduled rule fires once per episode. What is new, ended or due again is found in a transaction that only reads and
that nobody waits for; only what was found is then written, in portions, each of which asks anew whether it is still so.
Whoever is killed, or sweeps beside another, so loses nothing and does nothing twice. Rules of which nothing has changed
are marked as served all at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from inboxcrm.base.database import DatabaseTrouble, Session
from inboxcrm.base.own_time import workdays_of
from inboxcrm.base.settings import Settings
from inboxcrm.base.work import Office, Work
from inboxcrm.rules.calendars import calendars_of
from inboxcrm.rules.date_moments import look_at_dates
from inboxcrm.rules.due_waits import fire_due_waits
from inboxcrm.rules.finding import is_whole, pushed
from inboxcrm.rules.firing import Subject, fire_rule
from inboxcrm.rules.letters.writing import end_sweep
from inboxcrm.rules.portions import ACTOR, LISTED, Facts, Occasions, chunks, fire_in_portions, holding
from inboxcrm.rules.rule import Rule
from inboxcrm.rules.schedule import Schedule, latest_due
from inboxcrm.rules.sweep_store import (
    Served,
    all_served,
    begin_sweeps,
    close_episodes,
    due_again,
    fired_in_episode,
    lock_sweep,
    mark_served,
    matching,
    note_fired,
    open_anew,
    open_episodes,
)
from inboxcrm.rules.wait_store import rules_with_due_waits

log = structlog.get_logger()
# How often the dates of records are looked at by rules with `at`.
DATES = Schedule("every 5 minutes", interval=timedelta(minutes=5))


@dataclass(frozen=True, slots=True)
class Found:
    """What has changed for a rule since the last sweep, by the ids of records."""

    begun: list[int]
    ended: list[int]
    again: list[int]

    def __bool__(self) -> bool:
        return bool(self.begun or self.ended or self.again)


def due_rules(office: Office, rules: tuple[Rule, ...]) -> list[Rule]:
    """Give the rules that were due since they were last served, those never seen before, and those that waited."""
    if not rules:
        return []
    now = office.clock.now()
    with office.reading() as session:
        known, waited = all_served(session), rules_with_due_waits(session, now)
    return [rule for rule in rules if rule.id in waited or _is_due(office, rule, known.get(rule.id), now)]


def _schedule_of(rule: Rule) -> Schedule | None:
    return DATES if rule.is_by_date else rule.schedule


def _is_due(office: Office, rule: Rule, sweep: Served | None, now: datetime) -> bool:
    if _schedule_of(rule) is None:
        return False
    due = _latest_due(office, rule, now)
    return sweep is None or sweep.is_listing or (due is not None and due > sweep.served_at)


def _latest_due(office: Office, rule: Rule, now: datetime) -> datetime | None:
    schedule, settings = _schedule_of(rule), office.settings
    return latest_due(schedule, now, settings.company.zone, workdays_of(settings, None)) if schedule else None


def run_due_rules(office: Office, rules: tuple[Rule, ...]) -> int:
    """Run every due rule; give the number run. A rule that cannot be run is told of and does not stop the others."""
    due = due_rules(office, rules)
    scheduled = [rule for rule in due if _schedule_of(rule)]
    served: dict[str, datetime] = {}
    if scheduled:
        known = _come_into_force(office, scheduled)
        for rule in scheduled:
            try:
                served |= _serve(office, rule, known[rule.id])
            except DatabaseTrouble:
                raise
            except Exception:
                log.exception("rule_not_run", rule=rule.id)
        _mark(office, served)
    for rule in due:
        if rule.listens_to:
            fire_due_waits(office, rule)
        end_sweep(office, rule)
    return len(due)


def _come_into_force(office: Office, rules: Sequence[Rule]) -> Mapping[str, Served]:
    with office.reading() as session:
        known = all_served(session)
    if missing := [rule.id for rule in rules if rule.id not in known]:
        with office.work("sweep", actor=ACTOR) as work:
            begin_sweeps(work.session, missing, work.now)
        with office.reading() as session:
            known = all_served(session)
    return known


def _serve(office: Office, rule: Rule, sweep: Served) -> dict[str, datetime]:
    """Run a rule; give the moment up to which it is served, if that is yet to be noted."""
    now = office.clock.now()
    due = _latest_due(office, rule, now)
    if not sweep.is_listing and (due is None or due <= sweep.served_at):
        return {}
    if rule.is_by_date:
        is_changed = look_at_dates(office, rule, sweep)
    elif rule.kind == "company":
        is_changed = _fire_for_company(office, rule, due)
    else:
        is_changed = _sweep(office, rule, sweep, now)
    if sweep.is_listing:
        _end_listing(office, rule, now)
    elif due and is_changed:
        _mark(office, {rule.id: due})
    elif due:
        return {rule.id: due}
    return {}


def _mark(office: Office, served: Mapping[str, datetime]) -> None:
    if served:
        with office.work("sweep", actor=ACTOR) as work:
            mark_served(work.session, served)


def _end_listing(office: Office, rule: Rule, now: datetime) -> None:
    with office.work("sweep", actor=ACTOR) as work:
        sweep = lock_sweep(work.session, rule.id)
        if sweep.is_listing:
            sweep.is_listing, sweep.served_at = False, now


def _fire_for_company(office: Office, rule: Rule, due: datetime | None) -> bool:
    """Fire a rule about no record, once for each due moment; not at once when it comes into force."""
    with office.work("sweep", actor=ACTOR) as work:
        sweep = lock_sweep(work.session, rule.id)
        if sweep.is_listing or due is None or due <= sweep.served_at:
            return False
        fire_rule(work, rule, Subject("company", 0, {}), f"{rule.id}:due:{due:%Y-%m-%dT%H:%M}")
        sweep.served_at = due
    return True


def _sweep(office: Office, rule: Rule, sweep: Served, now: datetime) -> bool:
    """Open, fire and close episodes: what held already when the rule came into force does not fire."""
    with office.reading() as session:
        found = look(session, office.settings, rule, now)
    for ids in chunks(found.ended, LISTED):
        with office.work("sweep", actor=ACTOR) as work:
            lock_sweep(work.session, rule.id)
            gone = set(ids) - set(holding(work.session, work.settings, rule, ids, work.now))
            close_episodes(work.session, rule.id, gone)
    if sweep.is_listing and not rule.catch_up:
        _list(office, rule, found.begun)
        return bool(found)
    fire_in_portions(office, rule, found.begun, _begin)
    fire_in_portions(office, rule, found.again, _fire_again)
    return bool(found)


def _list(office: Office, rule: Rule, begun: Sequence[int]) -> None:
    for ids in chunks(begun, LISTED):
        with office.work("sweep", actor=ACTOR) as work:
            if lock_sweep(work.session, rule.id).is_listing:
                open_anew(work.session, rule.id, ids, work.now, None)


def look(session: Session, settings: Settings, rule: Rule, now: datetime) -> Found:
    """Find what has changed for a scheduled rule: two or three queries, none of which writes.

    Of a condition that the database cannot be asked whole, the rest is asked of what it finds.
    """
    where = pushed(rule.condition, now, calendars_of(settings))
    found, known = matching(session, rule.kind, where), open_episodes(session, rule.id)
    begun, over = sorted(found - known), sorted(known - found)
    if not is_whole(rule.condition):
        begun = [one for ids in chunks(begun, LISTED) for one in holding(session, settings, rule, ids, now)]
        for ids in chunks(sorted(known & found), LISTED):
            over += set(ids) - set(holding(session, settings, rule, ids, now))
    again = due_again(session, rule.id, now - rule.again) if rule.again else []
    return Found(begun, sorted(over), sorted(set(again) - set(over)))


def _begin(work: Work, rule: Rule, ids: Sequence[int]) -> Occasions:
    """Open episodes of those of these records that still hold and that nobody else has opened meanwhile."""
    known = fired_in_episode(work.session, rule.id, ids)
    new = [one for one in ids if one not in known]
    facts = holding(work.session, work.settings, rule, new, work.now)
    open_anew(work.session, rule.id, facts, work.now, work.now)
    return _occasions(work, rule, facts)


def _fire_again(work: Work, rule: Rule, ids: Sequence[int]) -> Occasions:
    """Take those of these records whose episode is still open and was not fired by another meanwhile."""
    assert rule.again is not None
    known = fired_in_episode(work.session, rule.id, ids)
    waited = [one for one, fired_at in known.items() if fired_at and fired_at + rule.again <= work.now]
    facts = holding(work.session, work.settings, rule, sorted(waited), work.now)
    note_fired(work.session, rule.id, facts, work.now)
    return _occasions(work, rule, facts)


def _occasions(work: Work, rule: Rule, found: Mapping[int, Facts]) -> Occasions:
    at = f"{work.now:%Y-%m-%dT%H:%M:%S}"
    return [(one, facts, f"{rule.id}:{rule.kind}:{one}:{at}") for one, facts in found.items()]
