"""`stage negotiation`: moves a deal, in both directions; a lost one with a reason (OP-1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.commands.deal_meant import deal_meant, next_of
from inboxcrm.commands.scene import Scene
from inboxcrm.crm.opportunity import move_stage, reopen_opportunity, wake_if_held
from inboxcrm.crm.stages import LOST, pipeline_of, place_of
from inboxcrm.crm.winning import ask_for_checks

if TYPE_CHECKING:
    from inboxcrm.base.settings_pipeline import Pipeline
    from inboxcrm.crm.records import Opportunity


class StageUnclear(Refused):
    """Words that name no stage, or several; shows which there are."""

    def __init__(self, words: str, found: list[str], names: list[str]) -> None:
        if found:
            super().__init__(
                f"which one: {', '.join(found)}? Write more of its name: stage {found[0].lower()}"
            )
            return
        said = f"{words!r} is no stage" if words else "say which stage"
        more = "`won` and `lost price` close a deal"
        super().__init__(f"{said}; the stages are {', '.join(names)}. {more}")


def move(work: Work, scene: Scene) -> str:
    """Move the deal to the stage whose name begins so: `stage neg`; `stage quote: why` opens a lost one again."""
    words, _, reason = scene.line.rest.partition(":")
    opportunity = deal_meant(work, scene)
    stage = _named(pipeline_of(work, opportunity), words.strip().rstrip("."))
    place, was_held = place_of(opportunity), opportunity.wake_on is not None
    if place == LOST:
        reopen_opportunity(work, opportunity, stage, reason.strip())
        back = ""
    else:
        if opportunity.is_open:
            wake_if_held(work, opportunity)
        if not (was_held and place == stage):
            move_stage(work, opportunity, stage)
        back = "" if was_held and place == stage else f"; to undo: stage {place.lower()}"
    held = " and no longer on hold" if was_held else ""
    said = f"{opportunity.name} is on {stage} ({opportunity.probability} %), was {place}{held}"
    return said + _still_open(work, opportunity) + next_of(work, opportunity) + back


def _still_open(work: Work, opportunity: Opportunity) -> str:
    """Say what the checklist still asks for, once the deal stands on the last stage."""
    missing = ask_for_checks(work, opportunity) if opportunity.is_closing else []
    return f"; to be done before it is won: {'; '.join(missing)}" if missing else ""


def _named(pipeline: Pipeline, words: str) -> str:
    start = " ".join(words.casefold().split())
    exact = [name for name in pipeline.names if name.casefold() == start]
    found = exact or [name for name in pipeline.names if start and name.casefold().startswith(start)]
    if len(found) != 1:
        raise StageUnclear(words, found, pipeline.names)
    return found[0]
