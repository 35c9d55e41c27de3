"""`set_field`: says a value of one of the company's own fields, of its type, or empties it (OP-14)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.crm.field import ValueUnfit, plain_value, read_value, set_field
from inboxcrm.rules.actions.shape import Occasion, Verb, box_of
from inboxcrm.rules.duration import BadDuration, parse_duration
from inboxcrm.rules.ground import Ground, Wrong, unknown
from inboxcrm.rules.rule import ActionShape, Argument, ArgumentType
from inboxcrm.rules.text import list_placeholders, render_text

if TYPE_CHECKING:
    from inboxcrm.base.settings_people import CustomField
    from inboxcrm.crm.fields.store import Value

NOTHING = "none"  # empties a field, as the word `field` does


def _run(work: Work, occasion: Occasion, arguments: Mapping[str, object]) -> str:
    field = work.settings.field_named(str(arguments["field"]))
    if field is None:
        raise Refused(f"config.toml declares no field {arguments['field']!r}")
    words = render_text(str(arguments["value"]), occasion.facts).strip()
    today = work.now.astimezone(work.settings.company.zone).date()
    value = None if words.lower() == NOTHING else _value(field, words, today)
    old = set_field(work, box_of(work, occasion), field, value)
    told = plain_value(field, value) or "empty"
    return f"left {field.words} at {told}" if old == value else f"set {field.words} to {told}"


def _value(field: CustomField, words: str, today: date) -> Value:
    """Read a value as the word `field` does, and of a day also `in 45 days`, counted from today."""
    start, _, span = words.partition(" ")
    if field.type == "date" and start.lower() == "in":
        try:
            return today + parse_duration(span)
        except (BadDuration, OverflowError):
            raise ValueUnfit(field, words) from None
    return read_value(field, words)


def _check(ground: Ground, arguments: Mapping[str, object]) -> list[Wrong]:
    name, words = str(arguments.get("field")), str(arguments.get("value"))
    field = ground.settings.field_named(name)
    if field is None:
        return unknown("field", name, [one.name for one in ground.settings.field], "field of your own")
    if list_placeholders(words) or words.strip().lower() == NOTHING:
        return []
    try:
        _value(field, words, date(2000, 1, 1))
    except Refused as reason:
        return [Wrong("value", str(reason).removesuffix("; nothing was changed"))]
    return []


VERB = Verb(
    ActionShape(
        required={"field": Argument(ArgumentType.WORD), "value": Argument(ArgumentType.TEXT)},
        doc="Set a field of your own on the contact, organization, lead or deal; `none` empties it.",
    ),
    _run,
    _check,
)
