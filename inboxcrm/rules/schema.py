"""The JSON Schema of rule files, for editors: made of what the code knows, so that it cannot fall behind.

An editor that reads TOML with a schema (Even Better TOML, Taplo) completes keys, events, kinds, actions and their
values, and marks what is none. What is in a condition or a text is checked when the file is read (`rules check`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from inboxcrm.rules.language.facts import FactTable
from inboxcrm.rules.language.functions import FUNCTIONS, UNITS
from inboxcrm.rules.rule import ActionShape, Argument, ArgumentType

Schema = dict[str, Any]

_DURATION = {
    "type": "string",
    "pattern": rf"^\s*[0-9]{{1,8}}\s+({'|'.join(f'{unit[:-1]}s?' for unit in UNITS)})\s*$",
}
_TYPES: Mapping[ArgumentType, Schema] = {
    ArgumentType.WORD: {"type": "string", "minLength": 1},
    ArgumentType.TEXT: {"type": "string", "minLength": 1},
    ArgumentType.INT: {"type": "integer"},
    ArgumentType.BOOL: {"type": "boolean"},
    ArgumentType.DURATION: _DURATION,
    ArgumentType.WORDS: {"type": "array", "items": {"type": "string"}},
}


def make_schema(
    tables: Mapping[str, FactTable], actions: Mapping[str, ActionShape], event_kinds: Collection[str]
) -> Schema:
    """Give the schema of a rule file with these facts, actions and events."""
    rule = {
        "type": "object",
        "description": "One rule: an occasion (on, every or at), a condition (when), and what is done.",
        "required": ["id", "version", "why", "for", "do"],
        "properties": _rule_keys(tables, actions, event_kinds),
        "additionalProperties": False,
        "oneOf": [{"required": [key]} for key in ("on", "every", "at")],
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Rules of inboxcrm",
        "type": "object",
        "required": ["version"],
        "properties": {
            "version": _text("The version of the file; shown with everything that its rules do."),
            "rule": {"type": "array", "items": rule},
        },
        "additionalProperties": False,
    }


def _text(words: str) -> Schema:
    return {"type": "string", "minLength": 1, "description": words}


def _rule_keys(
    tables: Mapping[str, FactTable], actions: Mapping[str, ActionShape], event_kinds: Collection[str]
) -> Schema:
    """Give the keys of a rule, each with what it is for."""
    facts = "; ".join(f"{kind}: {', '.join(table.facts) or 'none'}" for kind, table in tables.items())
    when = f"When it applies. Functions: {', '.join(FUNCTIONS)}. Facts of each kind: {facts}."
    steps = [_step(name, shape) for name, shape in sorted(actions.items())]
    return {
        "id": {
            **_text("Small letters, digits and hyphens; unique in the folder."),
            "pattern": "^[a-z0-9][a-z0-9-]*$",
        },
        "version": {"type": "integer", "minimum": 1, "description": "Raise it when you change the rule."},
        "row": _text("The row of docs/process.md that it carries."),
        "why": _text("What it is for, in a sentence for people."),
        "on": {"enum": sorted(event_kinds), "description": "The event at which it fires."},
        "every": _text('A schedule such as "workday 07:00", "monday 09:30", "hourly" or "every 10 minutes".'),
        "at": _text("A moment so long before or after a day of the record, or after an event."),
        "for": {"enum": sorted(tables), "description": "The kind of record whose facts it sees."},
        "when": _text(when),
        "again": {**_DURATION, "description": 'Fire again while it still holds, such as "7 days".'},
        "catch_up": {"type": "boolean", "description": "Fire for what held before the rule came into force."},
        "until": _text("What ends a sequence, that is a rule whose steps wait; a condition."),
        "pause": {**_DURATION, "description": "How long an automatic answer without a day puts a sequence off."},
        "do": {
            "type": "array",
            "minItems": 1,
            "description": "What is done: all of it, or nothing.",
            "items": {"oneOf": steps},
        },
    }


def _step(name: str, shape: ActionShape) -> Schema:
    """Give the schema of one action with its keys."""
    keys = {**shape.required, **shape.optional}
    return {
        "type": "object",
        "description": shape.doc,
        "required": ["action", *shape.required],
        "properties": {
            "action": {"const": name, "description": shape.doc},
            "wait": _text('How long after the step before it, such as "3 business days".'),
            **{key: _argument(argument) for key, argument in keys.items()},
        },
        "additionalProperties": False,
    }


def _argument(argument: Argument) -> Schema:
    described = {**_TYPES[argument.type], "description": argument.type.value}
    return described | ({"enum": list(argument.choices)} if argument.choices else {})
