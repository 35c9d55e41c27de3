"""`webhook`: tells a system of yours what happened, signed and tried again until it is taken (OP-16)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.crm.projects.store import project_facts
from inboxcrm.outbox.webhook import write_call
from inboxcrm.rules.actions.shape import Occasion, Verb
from inboxcrm.rules.ground import Ground, Wrong, unknown
from inboxcrm.rules.letters.writing import dedupe_of
from inboxcrm.rules.rule import ActionShape, Argument, ArgumentType


def _run(work: Work, occasion: Occasion, arguments: Mapping[str, object]) -> str:
    name = str(arguments["name"])
    if all(one.name != name for one in work.settings.webhook):
        if arguments.get("optional"):
            return f"told nobody: config.toml has no webhook {name!r}"
        raise Refused(f"config.toml has no webhook {name!r}")
    event, box_id = occasion.event, occasion.values.get("box_id")
    told = event.kind if event else occasion.rule.id
    number = box_id if isinstance(box_id, int) else event.box_id if event else None
    is_new = write_call(
        work, name, dedupe_of(occasion, f"webhook:{name}"), told, _body(work, occasion), number
    )
    return f"tells the webhook {name}" if is_new else f"the webhook {name} was told already"


def _body(work: Work, occasion: Occasion) -> dict[str, Any]:
    event = occasion.event
    box_id = occasion.values.get("box_id") or (event.box_id if event else None)
    body: dict[str, Any] = {
        "event": event.kind if event else None,
        "rule": occasion.rule.id,
        "version": occasion.version,
        "subject": {"kind": occasion.subject_kind, "id": occasion.subject_id},
        "box_id": box_id,
        "facts": {name: _plain(value) for name, value in occasion.values.items()},
        "told": _plain(event.payload) if event else {},
    }
    if occasion.subject_kind == "project":
        body["project"] = _plain(project_facts(work.session, occasion.subject_id))
    return body


def _plain(value: object) -> object:
    """Give a value as JSON has it: times and days by ISO 8601, amounts as texts, never floats."""
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, (list, tuple)) else value


def _check(ground: Ground, arguments: Mapping[str, object]) -> list[Wrong]:
    if arguments.get("optional"):
        return []
    return unknown(
        "name", str(arguments.get("name")), [one.name for one in ground.settings.webhook], "webhook"
    )


VERB = Verb(
    ActionShape(
        required={"name": Argument(ArgumentType.WORD)},
        optional={"optional": Argument(ArgumentType.BOOL)},
        doc="Tell a system of yours what happened, by a signed call to an address of config.toml.",
    ),
    _run,
    _check,
)
