"""Winning: a deal stands on the last stage, and is won once the checklist of its pipeline is complete (OP-1)."""

from __future__ import annotations

from inboxcrm.base.work import Work
from inboxcrm.crm import events
from inboxcrm.crm.deals.store import tasks_of_occasion
from inboxcrm.crm.opportunity import advance_to, wake_if_held
from inboxcrm.crm.records import Opportunity, Task
from inboxcrm.crm.stages import WON, check_deal, pipeline_of, place_of
from inboxcrm.crm.store import open_next_action, opportunity_by_id
from inboxcrm.crm.task import add_task, finish_task, next_business_day

WHY = "A deal is won when each point of its checklist is done (OP-1)."


def win_opportunity(work: Work, opportunity: Opportunity) -> list[str]:
    """Put an open deal on the last stage and win it, once; its next action is over.

    What is still open of the checklist becomes tasks, and is given: then the deal stays on that stage.
    Raises IllegalMove of a deal that is closed.
    """
    if not opportunity.is_open:
        check_deal(work, opportunity, WON)
    wake_if_held(work, opportunity)
    advance_to(work, opportunity, pipeline_of(work, opportunity).winning)
    if missing := ask_for_checks(work, opportunity):
        return missing
    check_deal(work, opportunity, WON)
    old = place_of(opportunity)
    opportunity.state, opportunity.closed_at = WON, work.now
    if task := open_next_action(work.session, opportunity.id):
        finish_task(work, task)
    work.emit(
        events.OPPORTUNITY_WON,
        ("opportunity", opportunity.id),
        box_id=opportunity.box_id,
        name=opportunity.name,
        old=old,
        new=WON,
    )
    return []


def ask_for_checks(work: Work, opportunity: Opportunity) -> list[str]:
    """Give the points of the checklist that are not done, each as a task of the owner; only `done` settles one."""
    wanted = pipeline_of(work, opportunity).won_checklist
    known = _checks(work, opportunity) if wanted else []
    done = {_point_of(task) for task in known if task.state == "done"}
    asked = {_point_of(task) for task in known if task.state == "open"}
    missing = [point for point in wanted if point not in done]
    for number, point in enumerate(point for point in missing if point not in asked):
        add_task(
            work,
            opportunity.box,
            "errand",
            point,
            owner=opportunity.owner,
            due_at=next_business_day(work),
            why=WHY,
            occasion=f"{_start(opportunity)}{len(known) + number}:{point}",
        )
    return missing


def win_if_complete(work: Work, task: Task) -> Opportunity | None:
    """Win the deal whose last open point a finished task was; give the deal, None if nothing was won."""
    opportunity = opportunity_by_id(work.session, task.opportunity_id) if task.opportunity_id else None
    if opportunity is None or not (task.occasion or "").startswith(_start(opportunity)):
        return None
    if not opportunity.is_open or not opportunity.is_closing or win_opportunity(work, opportunity):
        return None
    return opportunity


def drop_checks(work: Work, opportunity: Opportunity) -> None:
    """Ask for nothing more of a deal that is not going to be won."""
    for task in _checks(work, opportunity):
        if task.state == "open":
            finish_task(work, task, state="dropped")


def _checks(work: Work, opportunity: Opportunity) -> list[Task]:
    return tasks_of_occasion(work.session, opportunity.box_id, _start(opportunity))


def _start(opportunity: Opportunity) -> str:
    return f"won:{opportunity.id}:"


def _point_of(task: Task) -> str:
    return (task.occasion or "").split(":", 3)[-1]
