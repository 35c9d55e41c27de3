"""Reads what makes a rule a sequence: `wait` of its steps, and its keys `until` and `pause`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from inboxcrm.rules.duration import BadDuration, parse_duration
from inboxcrm.rules.language.condition import Condition, compile_condition
from inboxcrm.rules.moment import EXAMPLE, BadMoment, Moment, read_moment

if TYPE_CHECKING:
    from inboxcrm.rules.entry import Entry
    from inboxcrm.rules.language.facts import FactTable
    from inboxcrm.rules.rule import Action

KEYS = ("until", "pause")
WITHOUT_BOX = ("company",)
# What ends a sequence over records of a kind whose rule says nothing.
UNTIL = {"opportunity": "not is_open or is_on_hold", "lead": "state in ('Converted', 'Dead')"}
WRITE = "write such as '3 business days' or '5 days at 09:30'"
_STEP = " after step"  # a wait is a moment after the step before it


def read_wait(step: Entry) -> Moment | None:
    """Return how long a step waits after the one before it, or None, with a fault noted where it is written wrongly."""
    text = step.take_text("wait")
    if text is None:
        return None
    head, at, clock = text.partition(" at ")
    try:
        words = read_moment(f"{head}{_STEP}{at}{clock}")
    except BadMoment as error:
        step.refuse(
            "wait",
            error.what.replace(_STEP, "").replace("is no moment", "is no wait"),
            WRITE if error.remedy == EXAMPLE else error.remedy,
        )
        return None
    if words.unless:
        step.refuse("wait", "'unless' cannot stand here", "write 'until' in the rule")
        return None
    return Moment(text, words.count, words.unit, "", clock=words.clock)


def settle_sequence(
    entry: Entry, table: FactTable | None, actions: tuple[Action, ...]
) -> tuple[Condition | None, timedelta | None]:
    """Return what ends a sequence and how long it pauses; what is wrong is noted on the rule's entry."""
    if not any(action.wait for action in actions):
        for key in KEYS:
            if key in entry.values:
                entry.refuse(key, f"'{key}' goes with steps that wait", 'write wait = "3 days" in a step')
        return None, None
    if table and table.kind in WITHOUT_BOX:
        entry.refuse("for", f"a sequence cannot run over '{table.kind}'", "write a kind of record with a box")
    return _read_until(entry, table), _read_pause(entry)


def _read_until(entry: Entry, table: FactTable | None) -> Condition | None:
    is_said = "until" in entry.values
    source = entry.take_text("until") if is_said else UNTIL.get(table.kind if table else "")
    if table is None or source is None:
        return None
    outcome = compile_condition(source, table, entry.place_of_value("until"))
    if isinstance(outcome, Condition):
        return outcome
    if is_said:
        entry.faults.extend(outcome)
    return None


def _read_pause(entry: Entry) -> timedelta | None:
    text = entry.take_text("pause")
    try:
        return None if text is None else parse_duration(text)
    except BadDuration as error:
        entry.refuse("pause", str(error))
        return None
