"""`tag`: puts a tag on the box, or takes one off."""

from __future__ import annotations

from collections.abc import Mapping

from inboxcrm.base.work import Work
from inboxcrm.crm.tag import NoTag, read_tag, tag_box, untag_box
from inboxcrm.rules.actions.shape import Occasion, Verb, box_of
from inboxcrm.rules.ground import Ground, Wrong
from inboxcrm.rules.rule import ActionShape, Argument, ArgumentType


def _run(work: Work, occasion: Occasion, arguments: Mapping[str, object]) -> str:
    box, name = box_of(work, occasion), read_tag(str(arguments["name"]))
    if arguments.get("remove"):
        return f"took the tag {name} off" if untag_box(work, box, name) else f"it has no tag {name}"
    return f"put the tag {name} on" if tag_box(work, box, name) else f"it has the tag {name} already"


def _check(_ground: Ground, arguments: Mapping[str, object]) -> list[Wrong]:
    try:
        read_tag(str(arguments.get("name")))
    except NoTag as fault:
        return [Wrong("name", str(fault))]
    return []


VERB = Verb(
    ActionShape(
        required={"name": Argument(ArgumentType.WORD)},
        optional={"remove": Argument(ArgumentType.BOOL)},
        doc="Put a tag on the box, or take one off.",
    ),
    _run,
    _check,
)
