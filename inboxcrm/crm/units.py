"""What a deal is about where that is no money: so many licences, and how many it was before (RN-2, V9)."""

from __future__ import annotations

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.crm import events
from inboxcrm.crm.forecast import DealOver
from inboxcrm.crm.records import Opportunity
from inboxcrm.crm.store import task_by_occasion
from inboxcrm.crm.task import finish_task

MOST = 1_000_000


def question_of(opportunity: Opportunity) -> str:
    """Give the occasion of the one question how many units a deal is about."""
    return f"units:{opportunity.id}"


def say_units(work: Work, opportunity: Opportunity, units: int, before: int | None) -> None:
    """Set how many of its unit a deal is about, and, unless None, how many before; what was asked is answered."""
    if not opportunity.is_open:
        raise DealOver(opportunity)
    for number in (units, before or 0):
        if not 0 <= number <= MOST:
            raise Refused(f"{number} is no count; it is 0 to {MOST}")
    old = told_units(opportunity)
    opportunity.unit = opportunity.unit or "licences"
    opportunity.units = units
    opportunity.units_before = opportunity.units_before if before is None else before
    work.emit(
        events.OPPORTUNITY_CHANGED,
        ("opportunity", opportunity.id),
        box_id=opportunity.box_id,
        field="units",
        old=old,
        new=told_units(opportunity),
        reason="",
    )
    task = task_by_occasion(work.session, question_of(opportunity))
    if task is not None and task.state == "open" and opportunity.units_before is not None:
        finish_task(work, task)


def told_units(opportunity: Opportunity) -> str | None:
    """Tell how many units a deal is about, such as "40 licences, before 50"; None if nobody knows."""
    if opportunity.units is None:
        return None
    before = f", before {opportunity.units_before}" if opportunity.units_before is not None else ""
    return f"{opportunity.units} {opportunity.unit}{before}"
