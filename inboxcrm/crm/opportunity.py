"""Opportunities: stages, winning, and the renewal that sleeps until its time (OP-1 to OP-4, RN-9)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from inboxcrm.base.errors import IllegalMove
from inboxcrm.base.states import check_move
from inboxcrm.base.work import Work
from inboxcrm.crm import events
from inboxcrm.crm.box import start_box
from inboxcrm.crm.deal_name import name_deal
from inboxcrm.crm.records import Box, Contact, Opportunity
from inboxcrm.crm.stages import BY_NAME, STAGES, is_forward
from inboxcrm.crm.store import open_next_action, renewal_of
from inboxcrm.crm.task import add_next_action, finish_task, next_business_day

MOVES = (
    {(old.name, new.name) for old in STAGES for new in STAGES if old is not new}
    | {(stage.name, "Closed Lost") for stage in STAGES}
    | {("Closure", "Closed Won")}
)


def open_opportunity(
    work: Work,
    box: Box,
    *,
    name: str,
    owner: str,
    stage: str,
    lead_id: int | None = None,
    origin_id: int | None = None,
    kind: str = "new",
    wake_on: date | None = None,
) -> Opportunity:
    """Make an opportunity with its one next action; on hold until `wake_on`, the wake-up is that task (OP-4)."""
    opportunity = Opportunity(
        box=box,
        lead_id=lead_id,
        origin_id=origin_id,
        kind=kind,
        name=name[:300],
        stage=stage,
        state=BY_NAME[stage].state,
        probability=BY_NAME[stage].probability,
        owner=owner,
        currency=work.settings.company.currency,
        wake_on=wake_on,
        stage_since_at=work.now,
        created_at=work.now,
    )
    box.owner = owner
    work.session.add(opportunity)
    work.session.flush()
    subject = ("opportunity", opportunity.id)
    work.emit(events.OPPORTUNITY_CREATED, subject, box_id=box.id, name=name, kind=kind, owner=owner)
    if wake_on:
        wake_at = datetime.combine(wake_on, time(8), work.settings.company.zone).astimezone(UTC)
        add_next_action(work, opportunity, f"Wake up: {name}", wake_at)
    else:
        add_next_action(work, opportunity)
    return opportunity


def open_existing(
    work: Work, contact: Contact, *, name: str, owner: str, stage: str = "Qualification"
) -> Opportunity:
    """Make a further deal of somebody whom we know, on a box of its own (IN-3; source Existing Customer)."""
    box = start_box(work, kind="opportunity", name=name, contact=contact)
    return open_opportunity(work, box, name=name, owner=owner, stage=stage)


def move_stage(work: Work, opportunity: Opportunity, stage: str) -> None:
    """Move between open stages; a refused move names the legal ones."""
    if not opportunity.is_open:
        raise IllegalMove(f"opportunity {opportunity.name!r}", opportunity.state, stage, [])
    check_move(f"opportunity {opportunity.name!r}", MOVES, opportunity.stage, stage)
    old, opportunity.stage = opportunity.stage, stage
    opportunity.state, opportunity.probability = BY_NAME[stage].state, BY_NAME[stage].probability
    opportunity.stage_since_at = work.now
    _reword_next_action(work, opportunity, old)
    subject = ("opportunity", opportunity.id)
    work.emit(events.STAGE_CHANGED, subject, box_id=opportunity.box_id, old=old, new=stage)


def _reword_next_action(work: Work, opportunity: Opportunity, old_stage: str) -> None:
    """Let a next action that nobody worded say what the new stage asks for (OP-7)."""
    task = open_next_action(work.session, opportunity.id)
    if task is not None and task.text == BY_NAME[old_stage].next_action:
        task.text, task.due_at = BY_NAME[opportunity.stage].next_action, next_business_day(work)


def advance_stage(work: Work, opportunity: Opportunity, stage: str) -> None:
    """Move forward because of a mail; a stage that is reached or passed already stays (OP-2)."""
    if opportunity.is_open and is_forward(opportunity.stage, stage):
        move_stage(work, opportunity, stage)


def win_opportunity(work: Work, opportunity: Opportunity) -> None:
    """Put an open opportunity on Closure and win it, once; its next action is over (OP-1)."""
    if not opportunity.is_open:
        raise IllegalMove(f"opportunity {opportunity.name!r}", opportunity.state, "Closed Won", [])
    advance_stage(work, opportunity, "Closure")
    check_move(f"opportunity {opportunity.name!r}", MOVES, opportunity.stage, "Closed Won")
    opportunity.state, opportunity.closed_at = "Closed Won", work.now
    if task := open_next_action(work.session, opportunity.id):
        finish_task(work, task)
    subject = ("opportunity", opportunity.id)
    work.emit(events.OPPORTUNITY_WON, subject, box_id=opportunity.box_id, name=opportunity.name)


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
        stage="Identification",
        origin_id=won.id,
        kind="renewal",
        wake_on=wake_on,
    )
    renewal.amount_minor, renewal.close_on = won.amount_minor, ends_on
    return renewal
