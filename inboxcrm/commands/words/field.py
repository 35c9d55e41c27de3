"""`field size: 200`: a value of one of the company's own fields (OP-14)."""

from __future__ import annotations

from inboxcrm.base.errors import Refused
from inboxcrm.base.settings import Settings
from inboxcrm.base.work import Work
from inboxcrm.commands.scene import Scene, box_of
from inboxcrm.crm.field import plain_value, read_value, set_field, spelled_value

NOTHING = ("none", "-", "")


class FieldUnknown(Refused):
    """A field that the configuration does not declare; names those that it does."""

    def __init__(self, words: str, settings: Settings) -> None:
        known = ", ".join(f"{one.name} ({one.record}, {one.type})" for one in settings.field)
        said = f"{words!r} is no field" if words else "no field is named"
        where = f"they are {known}" if known else "config.toml declares none yet (`[[field]]`)"
        super().__init__(f"{said}; {where}")


def say_field(work: Work, scene: Scene) -> str:
    """Set a field, or empty it: `field size: 200`, `field size: none`."""
    name, colon, words = scene.line.rest.partition(":")
    field = work.settings.field_named(name) if colon else None
    if field is None:
        raise FieldUnknown(name.strip(), work.settings)
    box = box_of(work, scene)
    is_empty = words.strip().lower() in NOTHING
    value = None if is_empty else read_value(field, words)
    old = set_field(work, box, field, value)
    currency = work.settings.company.currency
    told = "empty" if value is None else spelled_value(field, value, currency)
    undo = "" if old == value else f"; to undo: field {field.name}: {plain_value(field, old) or 'none'}"
    return f"{field.words} of the {field.record} of {box.name} is {told}{undo}"
