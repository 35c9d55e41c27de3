"""Puts what rules would have done beside what they did: + new, - gone, = the same, ? nobody can tell."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from inboxcrm.base.among import among
from inboxcrm.base.own_time import workdays_of
from inboxcrm.rules.facts import KIND_OF_SUBJECT, SOURCES
from inboxcrm.rules.rule import Rule
from inboxcrm.rules.schedule import latest_due
from inboxcrm.rules.trial.occasion import Key, Occurrence, Span
from inboxcrm.rules.trial.store import Fired, firings_since

if TYPE_CHECKING:
    from inboxcrm.base.settings import Settings

AT = ":at:"  # stands in the keys of firings in front of a date
SAME, NEW, GONE, UNSURE = "=", "+", "-", "?"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the comparison; `did` is what would be done, or what was done where it is gone."""

    sign: str
    rule: str
    at: datetime
    subject_kind: str
    subject_id: int
    name: str
    box_id: int | None
    did: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    outcome: str = ""  # of what happened


def real_firings(
    session: Session, settings: Settings, rules: Mapping[str, Rule], span: Span, rule: str = ""
) -> dict[Key, Fired]:
    """Give what really fired for the events and due moments of a span, by occasion."""
    found = {}
    for fired in firings_since(session, span.since, rule):
        if fired.event_id is not None:
            if span.first <= fired.event_id < span.last:
                found[Key(fired.rule, fired.event_id, fired.subject_id, None)] = fired
            continue
        _, is_dated, anchor = fired.key.partition(AT)
        if is_dated:
            if fired.at < span.until:
                found[Key(fired.rule, None, fired.subject_id, None, anchor)] = fired
            continue
        due = _due(settings, rules.get(fired.rule), fired.at)
        if span.since <= due < span.until:
            found[Key(fired.rule, None, fired.subject_id, due)] = fired
    return found


def _due(settings: Settings, rule: Rule | None, at: datetime) -> datetime:
    """Give the moment for which a scheduled rule fired; of one that is no longer there its own."""
    if rule is None or rule.schedule is None:
        return at
    return latest_due(rule.schedule, at, settings.company.zone, workdays_of(settings, None)) or at


def compare(
    found: Iterable[Occurrence], real: dict[Key, Fired], changed: Collection[str], session: Session
) -> Iterator[Line]:
    """Yield the lines, in the order of what was found, and then what is gone.

    `changed` are the rules whose steps are others than those in force.
    """
    unsure: dict[tuple[str, int], tuple[str, ...]] = {}
    for one in found:
        fired = real.pop(one.key, None)
        if one.unknown:
            unsure.setdefault((one.key.rule, one.subject_id), one.unknown)
            yield _line(UNSURE, one, fired)
        elif fired is None:
            yield _line(NEW, one, None)
        elif one.key.rule in changed:
            yield _gone(fired, one.name, one.box_id)
            yield _line(NEW, one, None)
        else:
            yield _line(SAME, one, fired)
    names = _names(session, real.values())
    for fired in real.values():
        line = _gone(fired, *names.get((fired.subject_kind, fired.subject_id), ("", None)))
        gaps = unsure.get((fired.rule, fired.subject_id), ())
        yield replace(line, sign=UNSURE, unknown=gaps) if gaps else line


def _line(sign: str, one: Occurrence, fired: Fired | None) -> Line:
    return Line(
        sign,
        one.key.rule,
        one.at,
        one.subject_kind,
        one.subject_id,
        one.name,
        one.box_id,
        one.did,
        one.unknown,
        fired.outcome if fired else "",
    )


def _gone(fired: Fired, name: str, box_id: int | None) -> Line:
    return Line(
        GONE,
        fired.rule,
        fired.at,
        fired.subject_kind,
        fired.subject_id,
        name,
        box_id,
        (),
        (),
        fired.outcome,
    )


def _names(session: Session, fired: Iterable[Fired]) -> dict[tuple[str, int], tuple[str, int | None]]:
    """Give what the records of these firings are called today, and their boxes."""
    wanted: dict[str, set[int]] = {}
    kinds: dict[tuple[str, int], str] = {}
    for one in fired:
        if kind := KIND_OF_SUBJECT.get(one.subject_kind):
            wanted.setdefault(kind, set()).add(one.subject_id)
            kinds[one.subject_kind, one.subject_id] = kind
    found: dict[tuple[str, int], tuple[str, int | None]] = {}
    for kind, numbers in wanted.items():
        source = SOURCES[kind]
        title = source.columns["name" if "name" in source.columns else "subject"]
        query = source.select({"title": title, "box_id": source.columns["box_id"]})
        for number, name, box_id in session.execute(
            query.where(among(session, source.id, sorted(numbers)))
        ):
            found[kind, number] = (str(name or ""), box_id)
    return {about: found[kind, about[1]] for about, kind in kinds.items() if (kind, about[1]) in found}
