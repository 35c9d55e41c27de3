"""Finds what is wrong with the steps of rules before they are in force: users, stages, letters that there are not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from inboxcrm.rules.actions.shape import GROUPS
from inboxcrm.rules.actions.table import ACTIONS
from inboxcrm.rules.fault import Fault
from inboxcrm.rules.ground import Ground, Wrong, unknown

if TYPE_CHECKING:
    from inboxcrm.base.settings import Settings
    from inboxcrm.rules.language.facts import FactTable
    from inboxcrm.rules.rule import Action, Rule

BESIDE_USERS = {"sms": ("contact",)}  # whom an action can reach besides our own people


def action_faults(
    rules: Iterable[Rule], settings: Settings, tables: Mapping[str, FactTable], folder: Path
) -> list[Fault]:
    """Give the faults of all steps, each at the value of its key."""
    return [
        Fault(action.places.get(wrong.key, action.place), wrong.what, wrong.remedy)
        for rule in rules
        for action in rule.actions
        for wrong in _wrong_with(action, Ground(rule, tables[rule.kind], settings, folder))
    ]


def _wrong_with(action: Action, ground: Ground) -> Iterator[Wrong]:
    yield from _wrong_user(action, ground.settings)
    if (check := ACTIONS[action.name].check) is not None:
        yield from check(ground, action.arguments)


def _wrong_user(action: Action, settings: Settings) -> list[Wrong]:
    to = action.arguments.get("to")
    if not isinstance(to, str):
        return []
    known = (*GROUPS, *BESIDE_USERS.get(action.name, ()), *(user.key for user in settings.user))
    known += tuple(one.name for one in settings.group)
    return unknown("to", to, known, "user")
