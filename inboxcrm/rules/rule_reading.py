"""Reads one [[rule]] table, with its [[rule.do]] tables, into a Rule; what is wrong is noted on its entry."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

from inboxcrm.rules.duration import BadDuration, parse_duration
from inboxcrm.rules.entry import Entry
from inboxcrm.rules.fault import suggest_nearest
from inboxcrm.rules.language.condition import Condition, compile_condition
from inboxcrm.rules.language.facts import FactTable
from inboxcrm.rules.moment_reading import settle_moment
from inboxcrm.rules.rule import Action, ActionShape, Argument, ArgumentType, Rule
from inboxcrm.rules.schedule import BadSchedule, Schedule, parse_schedule
from inboxcrm.rules.sequences.reading import read_wait, settle_sequence
from inboxcrm.rules.text import check_text, settle_names

_KEYS = (
    *("id", "version", "row", "why", "every", "on", "at", "for", "when", "again", "catch_up"),
    *("until", "pause", "do"),
)
_EVENT_KIND = re.compile(r"[a-z_]+(?:\.[a-z_]+)+")
_RULE_ID = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class Words:
    """The words that rules may use: facts by kind of record, actions, and the kinds of events (None: any)."""

    fact_tables: Mapping[str, FactTable]
    actions: Mapping[str, ActionShape]
    event_kinds: Collection[str] | None = None


def read_rule(entry: Entry, words: Words, file_version: str) -> Rule | None:
    """Return the rule, or None with at least one fault noted."""
    before = len(entry.faults)
    entry.refuse_unknown(_KEYS, "a rule")
    rule_id = _read_id(entry)
    version = entry.take("version", int, "a rule")
    on, schedule = _read_occasion(entry, words)
    again = _read_again(entry)
    table = _read_table(entry, words)
    moment = settle_moment(entry, table, words.event_kinds) if table and "at" in entry.values else None
    condition = _read_condition(entry, table) if table else None
    actions = _read_actions(entry, table, words)
    until, pause = settle_sequence(entry, table, actions)
    row, why = entry.take_text("row"), entry.take_text("why", "a rule")
    catch_up = entry.take("catch_up", bool)
    if len(entry.faults) > before or not (rule_id and version and table and condition and why):
        return None
    return Rule(
        id=rule_id,
        version=version,
        row=row or "",
        why=why,
        on=on,
        schedule=schedule,
        kind=table.kind,
        condition=condition,
        actions=actions,
        again=again,
        catch_up=bool(catch_up),
        file_version=file_version,
        place=entry.place,
        moment=moment,
        until=until,
        pause=pause,
    )


def _read_id(entry: Entry) -> str | None:
    rule_id = entry.take_text("id", "a rule")
    if rule_id is not None and not _RULE_ID.fullmatch(rule_id):
        entry.refuse("id", f"'{rule_id}' is no id", "write small letters, digits and hyphens")
    if (version := entry.values.get("version")) is not None and isinstance(version, int) and version < 1:
        entry.refuse("version", "a version is 1 or more")
    return rule_id


def _read_occasion(entry: Entry, words: Words) -> tuple[str | None, Schedule | None]:
    """Read `on` or `every`: exactly one of them, or of `at`."""
    on, every = entry.take_text("on"), entry.take_text("every")
    said = [key for key in ("on", "every", "at") if key in entry.values]
    if len(said) != 1:
        both = f"a rule has '{said[0]}' or '{said[1]}', not both" if said else ""
        what = both or "a rule needs the key 'on', 'every' or 'at'"
        entry.refuse(said[0] if said else "", what, "on = an event, every = a schedule, at = a moment")
    if on is not None:
        _check_event(entry, on, words)
        for key in ("again", "catch_up"):
            if key in entry.values:
                entry.refuse(key, f"'{key}' goes with 'every' only", "an event happens once")
    if every is None:
        return on, None
    try:
        return on, parse_schedule(every)
    except BadSchedule as error:
        entry.refuse("every", str(error))
        return on, None


def _check_event(entry: Entry, on: str, words: Words) -> None:
    if not _EVENT_KIND.fullmatch(on):
        entry.refuse("on", f"'{on}' is no kind of event", "write such as 'lead.created'")
    elif words.event_kinds is not None and on not in words.event_kinds:
        entry.refuse("on", f"there is no event '{on}'", suggest_nearest(on, words.event_kinds))


def _read_again(entry: Entry) -> timedelta | None:
    text = entry.take("again", str)
    return None if text is None else _read_duration(entry, "again", text)


def _read_duration(entry: Entry, key: str, text: str) -> timedelta | None:
    try:
        return parse_duration(text)
    except BadDuration as error:
        entry.refuse(key, str(error))
        return None


def _read_table(entry: Entry, words: Words) -> FactTable | None:
    kind = entry.take_text("for", "a rule")
    if kind is None:
        return None
    if kind not in words.fact_tables:
        remedy = (
            suggest_nearest(kind, words.fact_tables) or f"there are {', '.join(sorted(words.fact_tables))}"
        )
        entry.refuse("for", f"there is no kind of record '{kind}'", remedy)
    return words.fact_tables.get(kind)


def _read_condition(entry: Entry, table: FactTable) -> Condition | None:
    """Compile `when`; of a scheduled rule's the database is asked what it can be (`Condition.pushed`)."""
    when = "True" if "when" not in entry.values else entry.take("when", str)
    if when is None:
        return None
    outcome = compile_condition(when, table, entry.place_of_value("when"))
    if not isinstance(outcome, Condition):
        entry.faults.extend(outcome)
        return None
    return outcome


def _read_actions(entry: Entry, table: FactTable | None, words: Words) -> tuple[Action, ...]:
    steps = entry.take("do", list, "a rule")
    if steps == []:
        entry.refuse("do", "a rule does something", "write a [[rule.do]]")
    actions: list[Action] = []
    for number, values in enumerate(steps or []):
        if not isinstance(values, dict):
            entry.refuse("do", "'do' must be tables", "write [[rule.do]]")
            continue
        step = Entry(values, (*entry.path, "do", number), entry.places, entry.faults)
        action = _read_action(step, table, words)
        if action is not None:
            actions.append(action)
    return tuple(actions)


def _read_action(step: Entry, table: FactTable | None, words: Words) -> Action | None:
    name = step.take_text("action", "a [[rule.do]]")
    if name is None:
        return None
    shape = words.actions.get(name)
    if shape is None:
        step.refuse("action", f"there is no action '{name}'", suggest_nearest(name, words.actions))
        return None
    keys = {**shape.required, **shape.optional}
    step.refuse_unknown(("action", "wait", *keys), f"'{name}'")
    owner = f"'{name}'"
    arguments = {
        key: _read_argument(step, key, argument, table, owner if key in shape.required else "")
        for key, argument in keys.items()
        if key in step.values or key in shape.required
    }
    places = {key: step.place_of_value(key) for key in arguments if key in step.values}
    return Action(name, arguments, step.place, places, read_wait(step))


def _read_argument(step: Entry, key: str, argument: Argument, table: FactTable | None, owner: str) -> object:
    """Return a key's value by its type; None if a fault was noted."""
    match argument.type:
        case ArgumentType.INT:
            return step.take(key, int, owner)
        case ArgumentType.BOOL:
            return step.take(key, bool, owner)
        case ArgumentType.WORDS:
            return _read_words(step, key, owner)
        case ArgumentType.DURATION:
            duration = step.take(key, str, owner)
            return None if duration is None else _read_duration(step, key, duration)
    text = step.take_text(key, owner)
    if text is None:
        return None
    if argument.choices and text not in argument.choices:
        remedy = suggest_nearest(text, argument.choices) or f"there are {', '.join(argument.choices)}"
        step.refuse(key, f"'{key}' cannot be '{text}'", remedy)
    if argument.type is ArgumentType.TEXT and table is not None:
        step.faults.extend(check_text(text, table, step.place_of_value(key)))
        return settle_names(text, table)
    return text


def _read_words(step: Entry, key: str, owner: str) -> tuple[str, ...] | None:
    words = step.take(key, list, owner)
    if words is None:
        return None
    if not all(isinstance(word, str) for word in words):
        step.refuse(key, f"'{key}' must be {ArgumentType.WORDS.value}")
    return tuple(words)
