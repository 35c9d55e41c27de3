"""What is wrong with rules only when they are seen together: two that do the same, and circles of cause.

A circle is a fault only where every rule of it fires always: whether a condition ends one cannot be known when the file
is read, and at run time a chain ends after five steps anyway (V7). Letters are in it too, though they leave later: a
notice about each letter that was sent would be about the notice next.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from inboxcrm.rules.emitted import EMITTED
from inboxcrm.rules.fault import Fault
from inboxcrm.rules.language.tree import Junction, Node, has_facts
from inboxcrm.rules.rule import Action, Rule


def set_faults(rules: Sequence[Rule]) -> list[Fault]:
    """Return the faults of rules beside each other."""
    return [*_doubled(rules), *_circles(rules)]


def _doubled(rules: Sequence[Rule]) -> Iterator[Fault]:
    """Find rules that do the same at the same occasion as an earlier one; the order of conjuncts does not matter."""
    known: dict[object, Rule] = {}
    for rule in rules:
        key = (
            rule.on,
            rule.schedule and rule.schedule.text,
            rule.moment and rule.moment.text,
            rule.kind,
            frozenset(_conjuncts(rule.condition.tree)),
            tuple(_spell(action) for action in rule.actions),
        )
        earlier = known.setdefault(key, rule)
        if earlier is not rule and earlier.id != rule.id:
            what = f"rule '{rule.id}' does the same as '{earlier.id}' at {earlier.place}"
            yield Fault(rule.place, what, "leave one of them out")


def _conjuncts(tree: Node) -> Iterator[Node]:
    if isinstance(tree, Junction) and tree.is_all:
        for item in tree.items:
            yield from _conjuncts(item)
    else:
        yield tree


def _spell(action: Action) -> tuple[str, tuple[tuple[str, str], ...]]:
    given = {**action.arguments, "wait": action.wait.text if action.wait else ""}
    return action.name, tuple(sorted((key, repr(value)) for key, value in given.items()))


def _circles(rules: Sequence[Rule]) -> Iterator[Fault]:
    """Find rules that cause each other without end; each circle is told once, at its first rule."""
    always = [rule for rule in rules if rule.listens_to and not has_facts(rule.condition.tree)]
    heard: dict[str, list[Rule]] = {}
    for rule in always:
        heard.setdefault(rule.listens_to or "", []).append(rule)
    told: set[str] = set()
    for start in always:
        circle = _find_circle(start, heard) if start.id not in told else None
        if circle:
            told |= {rule.id for rule in circle}
            names = " -> ".join(f"'{rule.id}'" for rule in (*circle, start))
            what = f"rules cause each other without end: {names}"
            yield Fault(start.place, what, "write a 'when' that ends it")


def _find_circle(start: Rule, heard: dict[str, list[Rule]]) -> list[Rule] | None:
    """Return the shortest way from a rule back to itself."""
    ways: list[list[Rule]] = [[start]]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for event in _events_of(way[-1]):
            for rule in heard.get(event, []):
                if rule.id == start.id:
                    return way
                if rule.id not in seen:
                    seen.add(rule.id)
                    ways.append([*way, rule])
    return None


def _events_of(rule: Rule) -> Iterator[str]:
    for action in rule.actions:
        yield from EMITTED.get(action.name, ())
