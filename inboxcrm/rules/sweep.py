"""Runs scheduled rules: one query for each, and one firing per episode (docs/rules.md)."""

from __future__ import annotations

from datetime import datetime

from inboxcrm.base.work import Office, Work
from inboxcrm.base.workdays import Workdays
from inboxcrm.rules.facts import find_records
from inboxcrm.rules.firing import Subject, fire_rule
from inboxcrm.rules.records import Episode
from inboxcrm.rules.rule import Rule
from inboxcrm.rules.schedule import latest_due
from inboxcrm.rules.store import episodes_of, lock_sweep, served_until

ACTOR = "ticker"


def due_rules(office: Office, rules: tuple[Rule, ...]) -> list[Rule]:
    """Give the scheduled rules that were due since they were last served, and those never seen before."""
    now = office.clock.now()
    with office.reading() as session:
        served = {rule.id: served_until(session, rule.id) for rule in rules if rule.schedule}
    return [rule for rule in rules if rule.id in served and _is_due(office, rule, served[rule.id], now)]


def _is_due(office: Office, rule: Rule, served_at: datetime | None, now: datetime) -> bool:
    due = _latest_due(office, rule, now)
    return served_at is None or (due is not None and due > served_at)


def _latest_due(office: Office, rule: Rule, now: datetime) -> datetime | None:
    company = office.settings.company
    return latest_due(rule.schedule, now, company.zone, Workdays(company.country)) if rule.schedule else None


def run_due_rules(office: Office, rules: tuple[Rule, ...]) -> int:
    """Run every due rule, one transaction each; give the number run."""
    due = due_rules(office, rules)
    for rule in due:
        with office.work("sweep", actor=ACTOR) as work:
            _sweep(office, work, rule)
    return len(due)


def _sweep(office: Office, work: Work, rule: Rule) -> None:
    sweep, is_new = lock_sweep(work.session, rule.id, work.now)
    due = _latest_due(office, rule, work.now)
    if not is_new and (due is None or due <= sweep.served_at):
        return  # another ticker was faster
    may_fire = rule.catch_up or not is_new
    if rule.kind == "company":
        if not is_new and due:
            fire_rule(work, rule, Subject("company", 0, {}), f"{rule.id}:due:{due:%Y-%m-%dT%H:%M}")
    else:
        _fire_episodes(work, rule, may_fire=may_fire)
    sweep.served_at = max(due or work.now, sweep.served_at) if not is_new else work.now


def _fire_episodes(work: Work, rule: Rule, *, may_fire: bool) -> None:
    """Open, fire and close episodes: what held already when the rule came into force does not fire."""
    holding = find_records(work.session, rule.kind, rule.condition.where(work.now), work.settings.field)
    known = episodes_of(work.session, rule.id)
    for record_id, episode in known.items():
        if record_id not in holding:
            work.session.delete(episode)
    for record_id, facts in holding.items():
        episode = known.get(record_id) or Episode(rule=rule.id, subject_id=record_id, began_at=work.now)
        is_new = record_id not in known
        is_again = bool(rule.again and episode.fired_at and episode.fired_at + rule.again <= work.now)
        if is_new:
            work.session.add(episode)
        if (is_new and may_fire) or is_again:
            episode.fired_at = work.now
            key = f"{rule.id}:{rule.kind}:{record_id}:{work.now:%Y-%m-%dT%H:%M:%S}"
            fire_rule(work, rule, Subject(rule.kind, record_id, facts), key)
