"""Where a deal stands, by the pipeline of its kind, and the moves that there are (OP-1)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from inboxcrm.base.settings_pipeline import Pipeline, Stage
from inboxcrm.base.states import check_move
from inboxcrm.base.work import Work
from inboxcrm.crm.records import Opportunity

if TYPE_CHECKING:
    from inboxcrm.base.states import Moves

WON = "Closed Won"
LOST = "Closed Lost"
BY_CREDIT = frozenset({(WON, LOST)})  # of the whole invoice (IV-10); people cannot


def pipeline_of(work: Work, opportunity: Opportunity) -> Pipeline:
    """Give the pipeline in which a deal stands."""
    return work.settings.pipeline_of(opportunity.kind)


def stage_of(work: Work, opportunity: Opportunity) -> Stage:
    """Give the stage of a deal; one that is configured no more as it was, with the task to say where it stands."""
    pipeline = pipeline_of(work, opportunity)
    if found := pipeline.stage_called(opportunity.stage):
        return found
    unknown = {"name": opportunity.stage, "next_action": "Say at which stage it is", "wins": False}
    return pipeline.stage[0].model_copy(update=unknown)


def place_of(opportunity: Opportunity) -> str:
    """Give where a deal is in its machine: its stage while it is open, else the state in which it closed."""
    return opportunity.stage if opportunity.is_open else opportunity.state


def moves_of(pipeline: Pipeline, place: str) -> Moves:
    """Give all moves of a pipeline as people may make them; from a stage that is configured no more, all are open."""
    names = pipeline.names
    known = names if place in (*names, WON, LOST) else [*names, place]
    return (
        {(old, new) for old in known for new in names if old != new}
        | {(old, LOST) for old in known}
        | {(pipeline.winning.name, WON)}
        | {(LOST, new) for new in names}
    )


def check_deal(work: Work, opportunity: Opportunity, new: str) -> None:
    """Pass if a deal can go there; else raise IllegalMove, which names where it can go."""
    place = place_of(opportunity)
    check_move(
        f"opportunity {opportunity.name!r}", moves_of(pipeline_of(work, opportunity), place), place, new
    )


def stand_on(work: Work, opportunity: Opportunity, stage: Stage) -> None:
    """Let a deal stand on a stage from now on, with its state and probability."""
    opportunity.stage, opportunity.state = stage.name, stage.state
    opportunity.probability, opportunity.probability_why = stage.probability, None
    opportunity.is_closing = stage.wins
    opportunity.stage_since_at = work.now
    opportunity.stage_overdue_at = work.now + timedelta(days=stage.too_long_days)
