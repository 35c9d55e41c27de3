"""Rules that are due so long before or after a day or time of their records, as a query (docs/rules.md).

The moments of all records are looked at through a window of dates, as wide as a moment may be late: whose moment has
come, who is known to nobody yet. Each date of a record is asked once; what was asked is noted until the window has
left it behind. The window begins where the last look ended, so that no downtime is too long.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, String, and_, cast, false, func, not_, or_, type_coerce

from inboxcrm.base.business_time import WorkingTime, working_time_of
from inboxcrm.base.columns import EPOCH, UtcTime
from inboxcrm.base.settings import Settings
from inboxcrm.base.work import Office, Work
from inboxcrm.rules.calendars import calendars_of
from inboxcrm.rules.facts import SOURCES
from inboxcrm.rules.finding import pushed
from inboxcrm.rules.moment import LATE, Moment, latest_day, latest_time, moment_at
from inboxcrm.rules.moment_store import (
    Asked,
    forget_moments,
    has_moments,
    is_unasked,
    moments_in,
    note_moments,
)
from inboxcrm.rules.portions import ACTOR, LISTED, Occasions, chunks, fire_in_portions, holding
from inboxcrm.rules.rule import Rule
from inboxcrm.rules.sweep_store import Served, lock_sweep

Bound = date | datetime


@dataclass(frozen=True, slots=True)
class Window:
    """The dates whose moment has come, after `low` and up to `high`, for those who work alike."""

    low: Bound
    high: Bound
    owners: tuple[str, ...]  # () for all the others
    working: WorkingTime


def look_at_dates(office: Office, rule: Rule, served: Served) -> bool:
    """Fire a rule for the records whose moment has come; tell whether there was any."""
    now = office.clock.now()
    windows = windows_of(office.settings, rule, now, served.served_at)
    left_behind = min(_as_text(one.low) for one in windows)
    with office.reading() as session:
        asked = moments_in(session, rule, *_question(office.settings, rule, windows, now))
        found = _come(rule, windows, now, asked)
        has_old = has_moments(session, rule.id, left_behind)
    is_firing = not served.is_listing or rule.catch_up
    due = sorted({one.record_id for one in found if one.is_wanted and is_firing})
    fire_in_portions(office, rule, due, lambda work, rule, ids: _take(work, rule, ids, windows))
    others = [one for one in found if not (one.is_wanted and is_firing)]
    for some in chunks(others, LISTED):
        with office.work("sweep", actor=ACTOR) as work:
            lock_sweep(work.session, rule.id)
            note_moments(work.session, rule.id, some)
    if has_old:
        with office.work("sweep", actor=ACTOR) as work:
            forget_moments(work.session, rule.id, left_behind)
    return bool(found)


def _come(rule: Rule, windows: Sequence[Window], now: datetime, found: Sequence[Asked]) -> list[Asked]:
    """Leave out those whose moment has not come yet, where a window holds such."""
    moment = rule.moment
    if moment is None or not moment.is_rough:
        return list(found)
    theirs = {owner: one.working for one in windows for owner in one.owners}
    company = windows[-1].working
    return [
        one
        for one in found
        if moment_at(moment, theirs.get(one.owner or "", company), _as_time(one.anchor)) <= now
    ]


def windows_of(settings: Settings, rule: Rule, now: datetime, served_at: datetime) -> list[Window]:
    """Give the dates to look at, for each kind of working time that owners have.

    A moment may have come while nobody looked, or up to a week before its date was known. Of a date that is still to
    come it may lie back any time.
    """
    moment, since = rule.moment, min(now, served_at) - LATE
    assert moment is not None
    return [
        Window(_low(moment, working, since, now), _latest(moment, working, now), owners, working)
        for working, owners in _working_times(settings, rule)
    ]


def _low(moment: Moment, working: WorkingTime, since: datetime, now: datetime) -> Bound:
    low = _latest(moment, working, since)
    if moment.count > 0:
        return low
    to_come: Bound = now.astimezone(working.zone).date() - timedelta(days=1) if moment.is_day else now
    return min(low, to_come)


def _latest(moment: Moment, working: WorkingTime, until: datetime) -> Bound:
    return latest_day(moment, working, until) if moment.is_day else latest_time(moment, working, until)


def _working_times(settings: Settings, rule: Rule) -> Iterable[tuple[WorkingTime, tuple[str, ...]]]:
    """Group the owners by their working time; the company's is last, for whoever has no other."""
    company = working_time_of(settings, None)
    groups: dict[WorkingTime, list[str]] = {}
    if "owner" in SOURCES[rule.kind].columns and rule.moment and not rule.moment.is_plain:
        for user in settings.user:
            working = working_time_of(settings, user)
            if working != company:
                groups.setdefault(working, []).append(user.key)
    return [(working, tuple(keys)) for working, keys in groups.items()] + [(company, ())]


def _question(
    settings: Settings, rule: Rule, windows: Sequence[Window], now: datetime
) -> tuple[ColumnElement[str], ColumnElement[bool], ColumnElement[bool]]:
    """Give the date as text, the window as a condition, and what the rule asks for."""
    moment = rule.moment
    assert moment is not None
    column, text = _anchor(moment)
    calendars = calendars_of(settings)
    wanted = pushed(rule.condition, now, calendars)
    if moment.unless and not moment.unless.obstacle:
        wanted = and_(wanted, not_(func.coalesce(pushed(moment.unless, now, calendars), false())))
    elsewhere = [key for one in windows for key in one.owners]
    owner = SOURCES[rule.kind].columns.get("owner")
    parts = []
    for one in windows:
        within = and_(column > one.low, column <= one.high)
        if one.owners:
            within = and_(within, owner.in_(one.owners))  # type: ignore[union-attr]
        elif elsewhere:
            within = and_(within, or_(owner.is_(None), owner.not_in(elsewhere)))  # type: ignore[union-attr]
        parts.append(within)
    return text, and_(or_(*parts), is_unasked(rule, text)), wanted


def _anchor(moment: Moment) -> tuple[Any, ColumnElement[str]]:
    """Give the column of the date that a rule counts from, and the same as text."""
    if moment.is_day:
        return moment.column, cast(moment.column, String(30))
    text = cast(type_coerce(moment.column, BigInteger()), String(30))
    return type_coerce(moment.column, UtcTime()), text


def _take(work: Work, rule: Rule, ids: Sequence[int], windows: Sequence[Window]) -> Occasions:
    """Take those of these records whose date nobody has asked meanwhile, and note that it was asked."""
    asked = moments_in(work.session, rule, *_question(work.settings, rule, windows, work.now), ids=ids)
    found = _come(rule, windows, work.now, asked)
    note_moments(work.session, rule.id, found)
    moment = rule.moment
    assert moment is not None
    dates = {one.record_id: one.anchor for one in found if one.is_wanted}
    facts = holding(work.session, work.settings, rule, sorted(dates), work.now)
    calendars = calendars_of(work.settings)
    return [
        (record_id, values, f"{rule.id}:{rule.kind}:{record_id}:at:{dates[record_id]}")
        for record_id, values in facts.items()
        if not (moment.unless and moment.unless.holds(values, work.now, calendars))
    ]


def _as_text(bound: Bound) -> str:
    if isinstance(bound, datetime):
        return str(UtcTime().process_bind_param(bound, None))  # type: ignore[arg-type]
    return bound.isoformat()


def _as_time(anchor: str) -> datetime:
    return EPOCH + timedelta(microseconds=int(anchor))
