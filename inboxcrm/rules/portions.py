"""Fires a rule for many records, some hundreds in a transaction, so that a million of them make no giant one.

A record with which an action fails is set aside as a finding, and the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

import structlog
from sqlalchemy import and_
from sqlalchemy.orm import Session

from inboxcrm.base.among import among
from inboxcrm.base.database import DatabaseTrouble, ValuesRefused
from inboxcrm.base.settings import Settings
from inboxcrm.base.store import expect_rows
from inboxcrm.base.work import Office, Work
from inboxcrm.rules.calendars import calendars_of
from inboxcrm.rules.facts import SOURCES, find_records
from inboxcrm.rules.finding import is_whole, pushed
from inboxcrm.rules.firing import Subject, fire_rule, note_failure
from inboxcrm.rules.rule import Rule
from inboxcrm.rules.sweep_store import lock_sweep

log = structlog.get_logger()
ACTOR = "ticker"
FIRED = 500  # firings of one transaction
LISTED = 5000  # records of one transaction that only notes them

Facts = dict[str, object]
Occasions = list[tuple[int, Facts, str]]  # record, its facts, the key of the firing
T = TypeVar("T")
Take = Callable[[Work, Rule, Sequence[int]], Occasions]


def chunks(rows: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Yield so many at a time."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def holding(
    session: Session, settings: Settings, rule: Rule, ids: Sequence[int], now: datetime
) -> dict[int, Facts]:
    """Give those of these records for which a rule's condition holds now, with their facts."""
    if not ids:
        return {}
    calendars = calendars_of(settings)
    where = and_(among(session, SOURCES[rule.kind].id, ids), pushed(rule.condition, now, calendars))
    found = find_records(session, rule.kind, where, settings.field)
    if is_whole(rule.condition):
        return found
    return {one: facts for one, facts in found.items() if rule.condition.holds(facts, now, calendars)}


def fire_in_portions(office: Office, rule: Rule, ids: Sequence[int], take: Take) -> None:
    """Fire a rule for records; `take` says in each transaction which of them it is still due for, and notes them."""
    for some in chunks(ids, FIRED):
        _fire(office, rule, some, take)


def _fire(office: Office, rule: Rule, ids: Sequence[int], take: Take) -> None:
    try:
        with office.work("sweep", actor=ACTOR) as work:
            lock_sweep(work.session, rule.id)
            expect_rows(work.session, 2 * len(ids))
            for record_id, facts, key in take(work, rule, ids):
                fire_rule(work, rule, Subject(rule.kind, record_id, facts), key)
    except Exception as error:
        if isinstance(error, DatabaseTrouble) and not isinstance(error, ValuesRefused):
            raise
        if len(ids) > 1:
            for one in ids:
                _fire(office, rule, [one], take)
        else:
            log.exception("rule_not_carried_out", rule=rule.id, record=ids[0])
            _set_aside(office, rule, ids, take, error)


def _set_aside(office: Office, rule: Rule, ids: Sequence[int], take: Take, error: Exception) -> None:
    with office.work("sweep", actor=ACTOR) as work:
        lock_sweep(work.session, rule.id)
        for record_id, facts, key in take(work, rule, ids):
            note_failure(work, rule, Subject(rule.kind, record_id, facts), key, error)
