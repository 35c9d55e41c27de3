"""Opportunities: made, moved between stages, opened again, and the renewal that sleeps (OP-1 to OP-4, RN-9)."""

from __future__ import annotations

from datetime import date

from inboxcrm.base.errors import IllegalMove, Refused
from inboxcrm.base.settings_pipeline import Moment, Stage
from inboxcrm.base.store import draw_id
from inboxcrm.base.work import Work
from inboxcrm.crm import events
from inboxcrm.crm.box import start_box
from inboxcrm.crm.deal_name import name_deal
from inboxcrm.crm.deals.store import lead_of_lost
from inboxcrm.crm.records import Box, Contact, Opportunity
from inboxcrm.crm.stages import LOST, WON, check_deal, moves_of, pipeline_of, place_of, stage_of, stand_on
from inboxcrm.crm.store import open_next_action, open_tasks_of_box, renewal_of
from inboxcrm.crm.task import (
    add_next_action,
    end_hold,
    finish_task,
    next_business_day,
    replace_next_action,
    wake_up_at,
)


class ReasonMissing(Refused):
    """A lost deal is opened again only with a reason."""

    def __init__(self, opportunity: Opportunity, stage: str) -> None:
        why = f" ({opportunity.lost_reason})" if opportunity.lost_reason else ""
        super().__init__(
            f"{opportunity.name} was lost{why}; say why it is open again, such as: "
            f"stage {stage.lower()}: they called and want it after all"
        )


def open_opportunity(
    work: Work,
    box: Box,
    *,
    name: str,
    owner: str,
    stage: str = "",
    lead_id: int | None = None,
    origin_id: int | None = None,
    kind: str = "new",
    wake_on: date | None = None,
) -> Opportunity:
    """Make an opportunity with its one next action; on hold until `wake_on`, the wake-up is that task (OP-4).

    `stage` is the name of one in the pipeline of its kind; else it begins where a qualified lead does.
    """
    pipeline = work.settings.pipeline_of(kind)
    begin = pipeline.stage_called(stage) or pipeline.stage_by("qualification") or pipeline.stage[0]
    opportunity = Opportunity(
        id=draw_id(work.session, Opportunity.__table__),
        box=box,
        lead_id=lead_id,
        origin_id=origin_id,
        kind=kind,
        name=name[:300],
        owner=owner,
        currency=work.settings.company.currency,
        wake_on=wake_on,
        created_at=work.now,
    )
    stand_on(work, opportunity, begin)
    box.owner = owner
    work.session.add(opportunity)
    work.session.flush()
    subject = ("opportunity", opportunity.id)
    work.emit(events.OPPORTUNITY_CREATED, subject, box_id=box.id, name=name, kind=kind, owner=owner)
    if wake_on:
        add_next_action(work, opportunity, f"Wake up: {name}", wake_up_at(work, wake_on))
    else:
        add_next_action(work, opportunity)
    return opportunity


def open_existing(
    work: Work, contact: Contact, *, name: str, owner: str, is_paid: bool = False
) -> Opportunity:
    """Make a further deal of somebody whom we know, on a box of its own (IN-3; source Existing Customer).

    One that is paid already begins on the stage from which it is won.
    """
    box = start_box(work, kind="opportunity", name=name, contact=contact)
    stage = work.settings.pipeline_of("new").winning.name if is_paid else ""
    return open_opportunity(work, box, name=name, owner=owner, stage=stage)


def move_stage(work: Work, opportunity: Opportunity, stage: str) -> None:
    """Move between open stages; a refused move names the legal ones."""
    if not opportunity.is_open:
        place = place_of(opportunity)
        legal = [new for old, new in moves_of(pipeline_of(work, opportunity), place) if old == place]
        raise IllegalMove(f"opportunity {opportunity.name!r}", place, stage, sorted(legal))
    check_deal(work, opportunity, stage)
    if stage in (LOST, WON):
        raise IllegalMove(
            f"opportunity {opportunity.name!r}", opportunity.stage, stage, _open(work, opportunity)
        )
    _move(work, opportunity, _named(work, opportunity, stage))


def _open(work: Work, opportunity: Opportunity) -> list[str]:
    return [name for name in pipeline_of(work, opportunity).names if name != opportunity.stage]


def _named(work: Work, opportunity: Opportunity, name: str) -> Stage:
    """Give a stage of whose name it was checked that it is one."""
    return next(stage for stage in pipeline_of(work, opportunity).stage if stage.name == name)


def _move(work: Work, opportunity: Opportunity, stage: Stage) -> None:
    old = stage_of(work, opportunity)
    stand_on(work, opportunity, stage)
    task = open_next_action(work.session, opportunity.id)
    if task is not None and task.text == old.next_action:  # nobody worded it (OP-7)
        task.text, task.due_at = stage.next_action, next_business_day(work)
    subject = ("opportunity", opportunity.id)
    work.emit(events.STAGE_CHANGED, subject, box_id=opportunity.box_id, old=old.name, new=stage.name)


def advance_stage(work: Work, opportunity: Opportunity, moment: Moment) -> None:
    """Move forward because of a mail; a stage that is reached or passed already stays (OP-2)."""
    if stage := pipeline_of(work, opportunity).stage_by(moment):
        advance_to(work, opportunity, stage)


def advance_to(work: Work, opportunity: Opportunity, stage: Stage) -> None:
    """Move forward to a stage, or not at all."""
    if opportunity.is_open and pipeline_of(work, opportunity).is_forward(opportunity.stage, stage.name):
        _move(work, opportunity, stage)


def wake_if_held(work: Work, opportunity: Opportunity) -> None:
    """Let a deal on which somebody works sleep no more: its next action is that of its stage."""
    if opportunity.wake_on:
        end_hold(work, opportunity)
        replace_next_action(work, opportunity, stage_of(work, opportunity).next_action)


def reopen_opportunity(work: Work, opportunity: Opportunity, stage: str, reason: str) -> None:
    """Open a lost deal again at a stage, by a person who says why; it gets its next action (OP-1, OP-4)."""
    check_deal(work, opportunity, stage)
    if not reason.strip():
        raise ReasonMissing(opportunity, stage)
    stand_on(work, opportunity, _named(work, opportunity, stage))
    opportunity.closed_at = opportunity.lost_reason = opportunity.lost_why = None
    opportunity.box.is_open = True
    work.emit(
        events.OPPORTUNITY_REOPENED,
        ("opportunity", opportunity.id),
        box_id=opportunity.box_id,
        old=LOST,
        new=stage,
        reason=reason[:2000],
    )
    add_next_action(work, opportunity)
    _forget_lead(work, opportunity)


def _forget_lead(work: Work, opportunity: Opportunity) -> None:
    """Ask nobody to write again of a lost deal that is open once more (OP-11)."""
    lead = lead_of_lost(work.session, opportunity.id)
    if lead is not None and lead.state == "Recycled":
        for task in open_tasks_of_box(work.session, lead.box_id, "re-contact"):
            finish_task(work, task, state="dropped")


def open_renewal(work: Work, won: Opportunity, *, wake_on: date, ends_on: date) -> Opportunity:
    """Make the renewal of a won deal, asleep until its first lead time; a second call gives the first one."""
    if known := renewal_of(work.session, won.id):
        return known
    name = name_deal(work, won.box, "renewal", before=won, year=str(ends_on.year))
    box = start_box(
        work,
        kind="opportunity",
        name=name,
        contact=won.box.contact,
        organization=won.box.organization,
        is_asleep=True,
    )
    renewal = open_opportunity(
        work,
        box,
        name=name,
        owner=won.owner,
        stage=work.settings.pipeline_of("renewal").stage[0].name,
        origin_id=won.id,
        kind="renewal",
        wake_on=wake_on,
    )
    renewal.amount_minor, renewal.close_on = won.amount_minor, ends_on
    return renewal
