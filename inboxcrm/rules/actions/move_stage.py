"""`move_stage`: moves a deal to another open stage; what its pipeline does not allow is refused (OP-1)."""

from __future__ import annotations

from collections.abc import Mapping

from inboxcrm.base.work import Work
from inboxcrm.crm.opportunity import move_stage, wake_if_held
from inboxcrm.rules.actions.shape import Occasion, Verb, deal_of
from inboxcrm.rules.ground import Ground, Wrong, unknown
from inboxcrm.rules.rule import ActionShape, Argument, ArgumentType


def _run(work: Work, occasion: Occasion, arguments: Mapping[str, object]) -> str:
    deal, stage = deal_of(work, occasion), str(arguments["stage"])
    old = deal.stage
    if deal.is_open and old == stage:
        return f"left {deal.name} on {stage}: it stands there already"
    move_stage(work, deal, stage)
    wake_if_held(work, deal)
    return f"moved {deal.name} from {old} to {stage}"


def _check(ground: Ground, arguments: Mapping[str, object]) -> list[Wrong]:
    return unknown("stage", str(arguments.get("stage")), ground.settings.stage_names, "stage")


VERB = Verb(
    ActionShape(
        required={"stage": Argument(ArgumentType.WORD)}, doc="Move a deal to another stage of its pipeline."
    ),
    _run,
    _check,
)
