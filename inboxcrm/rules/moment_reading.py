"""Reads the key `at` of a rule: what its words mean for this kind of record; what is wrong is noted on its entry."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from inboxcrm.rules.entry import Entry
from inboxcrm.rules.fault import Fault, suggest_nearest
from inboxcrm.rules.language.condition import Condition, compile_condition
from inboxcrm.rules.language.facts import FactTable, FactType
from inboxcrm.rules.moment import OF_HOURS, BadMoment, Moment, Words, read_moment

_EVENT_KIND = re.compile(r"[a-z_]+(?:\.[a-z_]+)+")
DATES = (FactType.TIME, FactType.DATE)
_OR = re.compile(r"\s+or\s+")


def settle_moment(entry: Entry, table: FactTable, event_kinds: Collection[str] | None) -> Moment | None:
    """Return the moment that `at` names, or None with a fault noted. `event_kinds` None: any may be named."""
    text = entry.take_text("at")
    if text is None:
        return None
    before = len(entry.faults)
    try:
        words = read_moment(text)
    except BadMoment as error:
        _refuse(entry, text, error.offset, error.what, error.remedy)
        return None
    moment = _settle_anchor(entry, text, words, table, event_kinds)
    if moment is not None and words.unless:
        moment = _settle_unless(entry, text, words, table, event_kinds, moment)
    _check_other_keys(entry, moment)
    return moment if len(entry.faults) == before else None


def _refuse(entry: Entry, text: str, offset: int, what: str, remedy: str = "") -> None:
    entry.faults.append(Fault(entry.place_of_value("at").at_offset(text, offset), what, remedy))


def _settle_anchor(
    entry: Entry, text: str, words: Words, table: FactTable, event_kinds: Collection[str] | None
) -> Moment | None:
    name, offset = table.find_name(words.anchor), words.anchor_offset
    moment = Moment(text, words.count, words.unit, name or words.anchor, clock=words.clock)
    if name is None and _is_event(words.anchor, event_kinds):
        if words.count > 0:
            return replace(moment, event=words.anchor)
        what = f"nobody knows '{words.anchor}' before it happens"
        _refuse(entry, text, offset, what, "write 'after', or on = an event")
        return None
    fact = table.facts.get(name or "")
    if fact is None:
        dates = [one for one, known in table.facts.items() if known.type in DATES]
        remedy = suggest_nearest(words.anchor, [*dates, *(event_kinds or ())])
        remedy = remedy or f"the dates are {', '.join(dates) or 'none'}"
        _refuse(entry, text, offset, f"'{table.kind}' has no date '{words.anchor}'", remedy)
        return None
    if fact.type not in DATES or fact.column is None:
        _refuse(entry, text, offset, f"'{name}' is {fact.type.value}", "write a fact that is a day or a time")
        return None
    if fact.type is FactType.DATE and words.unit in OF_HOURS:
        _refuse(
            entry, text, 0, f"'{name}' is a day and has no hours", "write days, and 'at 09:00' if you like"
        )
        return None
    return replace(moment, is_day=fact.type is FactType.DATE, column=fact.column)


def _settle_unless(
    entry: Entry,
    text: str,
    words: Words,
    table: FactTable,
    event_kinds: Collection[str] | None,
    moment: Moment,
) -> Moment | None:
    """Tell events from facts: `unless answered or order.closed`; anything else is a condition of the language."""
    parts = _OR.split(words.unless.strip())
    events = tuple(one for one in parts if table.find_name(one) is None and _is_event(one, event_kinds))
    if events and not moment.event:
        what = f"'{events[0]}' can only cancel what waits after an event"
        _refuse(entry, text, words.unless_offset, what, "write a fact")
        return None
    rest = [_whole_name(one, table) for one in parts if one not in events]
    if not rest:
        return replace(moment, unless_events=events)
    place = entry.place_of_value("at").at_offset(text, words.unless_offset)
    outcome = compile_condition(" or ".join(rest), table, place)
    if isinstance(outcome, Condition):
        return replace(moment, unless=outcome, unless_events=events)
    entry.faults.extend(outcome)
    return None


def _whole_name(word: str, table: FactTable) -> str:
    """Give `is_answered` for `answered`, as people say it."""
    return f"is_{word}" if table.find_name(word) is None and table.find_name(f"is_{word}") else word


def _is_event(word: str, event_kinds: Collection[str] | None) -> bool:
    return word in event_kinds if event_kinds is not None else bool(_EVENT_KIND.fullmatch(word))


def _check_other_keys(entry: Entry, moment: Moment | None) -> None:
    if "again" in entry.values:
        entry.refuse("again", "'again' goes with 'every' only", "a moment comes once")
    if moment and moment.event and "catch_up" in entry.values:
        entry.refuse("catch_up", "'catch_up' goes with 'every' or a date", "an event happens once")
