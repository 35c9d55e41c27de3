"""What rules with a date would have done ("60 days before close_on"): each date of a record is asked once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from inboxcrm.base.business_time import working_time_of
from inboxcrm.base.columns import EPOCH
from inboxcrm.rules.moment import LATE, Moment, moment_at
from inboxcrm.rules.trial.judging import Judge
from inboxcrm.rules.trial.life import Boundary, Life
from inboxcrm.rules.trial.lives import Lives
from inboxcrm.rules.trial.occasion import Key, Occurrence, Span
from inboxcrm.rules.trial.on_waits import holds_unless, names_of, occurrence
from inboxcrm.rules.trial.store import Fired

if TYPE_CHECKING:
    from inboxcrm.base.settings import Settings

AT_ONCE = 500
LOOK = timedelta(minutes=5)  # how often the running system looks at dates


def judge_dates(
    session: Session, settings: Settings, judges: Collection[Judge], span: Span, real: Mapping[Key, Fired]
) -> Iterator[Occurrence]:
    """Yield what these rules would have done in a span, some records at a time."""
    dated = [judge for judge in judges if judge.rule.is_by_date]
    for kind in sorted({judge.rule.kind for judge in dated}):
        chosen = [judge for judge in dated if judge.rule.kind == kind]
        lives = Lives(session, kind, {name for judge in chosen for name in names_of(judge)}, settings.field)
        for ids in lives.all_ids(AT_ONCE):
            for life in lives.load(ids).values():
                for judge in chosen:
                    yield from _walk(settings, life, judge, span, real)


def _walk(
    settings: Settings, life: Life, judge: Judge, span: Span, real: Mapping[Key, Fired]
) -> Iterator[Occurrence]:
    """Walk a record from change to change: at which date it stood, and whether its moment came before the next."""
    rule, moment = judge.rule, judge.rule.moment
    if moment is None:
        return
    names = frozenset(names_of(judge) & set(life.pasts))
    began = life.present.get("#since_at") or span.since
    times = [began, *(at for at in life.moments if at > began)]
    asked: set[str] = set()
    for place, start in enumerate(times):
        end = times[place + 1] if place + 1 < len(times) else span.until
        facts, unknown = life.facts_at({moment.anchor, "owner"} & names, Boundary(start))
        anchor = None if moment.anchor in unknown else facts.get(moment.anchor)
        at = _asked_at(settings, moment, anchor, facts.get("owner"), start) if anchor is not None else None
        if anchor is None or at is None or at >= min(end, span.until) or _as_text(anchor) in asked:
            continue
        asked.add(_as_text(anchor))
        if at < span.since:
            continue
        key = Key(rule.id, None, life.id, None, _as_text(anchor))
        fired = real.get(key)
        boundary = Boundary(fired.at if fired else at, own=f"rule:{rule.id}")
        then, gaps = life.facts_at(names, boundary)
        holds = holds_unless(judge, then, gaps, boundary.at)
        if holds is not False:
            unsure = tuple(sorted(gaps & rule.condition.facts)) or ("what stands behind unless",)
            yield occurrence(
                settings, judge, key, boundary.at, (rule.kind, then, gaps, unsure if holds is None else ())
            )


def _asked_at(
    settings: Settings, moment: Moment, anchor: date | datetime, owner: Any, start: datetime
) -> datetime | None:
    """Give when a date that was known from `start` on is asked: at its moment, or at once if that was not long ago.

    Of a date that was still to come its moment may lie back any time.
    """
    user = settings.user_by_key(owner) if isinstance(owner, str) else None
    working = working_time_of(settings, user)
    due = moment_at(moment, working, anchor)
    if due >= start:
        return _next_look(due)
    today = start.astimezone(working.zone).date()
    is_to_come = anchor >= start if isinstance(anchor, datetime) else anchor >= today
    if due < start - LATE and not (moment.count <= 0 and is_to_come):
        return None
    return _next_look(start)


def _next_look(at: datetime) -> datetime:
    passed = (at - EPOCH) % LOOK
    return at if not passed else at - passed + LOOK


def _as_text(anchor: date | datetime) -> str:
    """Write a date as the keys of firings do."""
    if isinstance(anchor, datetime):
        return str((anchor - EPOCH) // timedelta(microseconds=1))
    return anchor.isoformat()
