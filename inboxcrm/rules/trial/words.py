"""Says in words what a rule would have done, and counts it: nothing of it is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

from inboxcrm.rules.facts import in_words
from inboxcrm.rules.rule import Action, Rule
from inboxcrm.rules.text import list_placeholders, render_text

# What an action makes, as people count it; an action that is not here is counted by its own name.
NOUNS = {
    "task": "task",
    "remind": "reminder",
    "notice": "notice",
    "letter": "letter",
    "digest": "digest",
    "ask": "draft",
    "draft": "draft",
    "open_renewal": "renewal",
    "assign": "assignment",
}
LONGEST = 160


def texts_of(rule: Rule) -> Iterable[str]:
    """Give the names of the facts that a rule's texts use."""
    for action in rule.actions:
        for value in action.arguments.values():
            for text in value if isinstance(value, tuple) else (value,):
                if isinstance(text, str):
                    yield from list_placeholders(text)


def did_in_words(
    rule: Rule, facts: Mapping[str, object], unknown: frozenset[str], zone: ZoneInfo
) -> tuple[str, ...]:
    """Give what a rule's steps would have done for a record with these facts, one line each."""
    words = in_words(facts, zone)
    words |= dict.fromkeys(unknown, "(not known)")
    return tuple(_step(action, words) for action in rule.actions)


def _step(action: Action, words: Mapping[str, object]) -> str:
    arguments = {key: value for key, value in action.arguments.items() if value is not None}
    to, text = arguments.pop("to", None), arguments.pop("text", None)
    line = action.name
    if to is not None:
        owner = words.get("owner")
        line += f" to {to}" + (f" ({owner})" if to == "owner" and owner else "")
    if text is not None:
        line += f": {_rendered(str(text), words)[:LONGEST]!r}"
    more = [f"{key} {_spelled(value, words)}" for key, value in arguments.items() if key != "commands"]
    wait = f"after {action.wait.text}: " if action.wait else ""
    return wait + line + (f" ({', '.join(more)})" if more else "")


def _spelled(value: object, words: Mapping[str, object]) -> str:
    if isinstance(value, str):
        return _rendered(value, words)[:LONGEST]
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return _duration(value) if isinstance(value, timedelta) else str(value)


def _duration(value: timedelta) -> str:
    seconds = int(value.total_seconds())
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds % length == 0:
            return f"{seconds // length} {unit}{'s' * (seconds // length != 1)}"
    return f"{seconds} seconds"


def _rendered(text: str, words: Mapping[str, object]) -> str:
    known = {name: words.get(name, "(not known)") for name in list_placeholders(text)}
    return render_text(text, {name: value if _can_be_written(value) else str(value) for name, value in known.items()})


def _can_be_written(value: object) -> bool:
    return value is None or isinstance(value, (str, int))


def count_in_words(rules: Mapping[str, Rule], fired: Iterable[str]) -> str:
    """Count what the firings of these rules, one id each, make: 12 tasks, 3 letters; "" for nothing."""
    counted: Counter[str] = Counter()
    for rule_id in fired:
        for action in rules[rule_id].actions if rule_id in rules else ():
            counted[NOUNS.get(action.name, action.name)] += 1
    return ", ".join(f"{number} {noun}{'s' * (number != 1)}" for noun, number in counted.most_common())
