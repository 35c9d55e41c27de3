"""`move_ticket`: moves the ticket of the box to another of its steps (RN-1, RN-4)."""

from __future__ import annotations

from collections.abc import Mapping

from inboxcrm.base.work import Work
from inboxcrm.crm.ticket import move_ticket
from inboxcrm.crm.tickets.store import ticket_of_box
from inboxcrm.rules.actions.shape import Occasion, Verb, box_of
from inboxcrm.rules.ground import Ground, Wrong, unknown
from inboxcrm.rules.rule import ActionShape, Argument, ArgumentType


def _run(work: Work, occasion: Occasion, arguments: Mapping[str, object]) -> str:
    box, step = box_of(work, occasion), str(arguments["step"])
    if ticket_of_box(work.session, box.id) is None:
        return f"moved nothing: {box.name} is no ticket"
    old = move_ticket(work, box, step)
    return f"left {box.name} at {step}" if old == step else f"moved {box.name} from {old} to {step}"


def _check(ground: Ground, arguments: Mapping[str, object]) -> list[Wrong]:
    steps = [step for one in ground.settings.ticket for step in one.steps]
    return unknown("step", str(arguments.get("step")), steps, "step of a ticket")


VERB = Verb(
    ActionShape(
        required={"step": Argument(ArgumentType.WORD)},
        doc="Move the ticket of the box to another of its steps.",
    ),
    _run,
    _check,
)
