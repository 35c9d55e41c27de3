"""Giving a lead, a deal or a task to another of us, with the open tasks that go with it (LD-5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.crm import events
from inboxcrm.crm.lead import OWNING_ROLES, assign_lead
from inboxcrm.crm.store import lead_of_box, open_tasks_of_box, opportunity_of_box

if TYPE_CHECKING:
    from inboxcrm.base.settings import User
    from inboxcrm.base.work import Work
    from inboxcrm.crm.records import Box, Lead, Opportunity, Task


def hand_over_box(work: Work, box: Box, to: User) -> list[Task]:
    """Give a box with its lead and its open deal to somebody, and what its owner has to do on it; gives those tasks.

    The tasks of others on it stay theirs. Raises Refused.
    """
    old = box.owner
    lead, deal = lead_of_box(work.session, box.id), opportunity_of_box(work.session, box.id)
    if lead is None and deal is None:
        raise Refused(f"{box.name} is neither a lead nor a deal; `assign task {to.key}` gives the task alone")
    if to.role not in OWNING_ROLES:
        raise Refused(f"{to.name} is {to.role} and has no leads or deals; name somebody who sells")
    if old == to.key:
        raise Refused(f"{box.name} is {to.name}'s already")
    if deal is not None:
        _give_deal(work, deal, to)
    if lead is not None and box.is_open:
        _give_lead(work, lead, to)
    box.owner = to.key
    tasks = [task for task in open_tasks_of_box(work.session, box.id) if old is None or task.owner == old]
    for task in tasks:
        give_task(work, task, to)
    return tasks


def give_task(work: Work, task: Task, to: User) -> None:
    """Give an open task to somebody. Raises Refused."""
    if task.state != "open":
        raise Refused(f"the task {task.text!r} is already {task.state}")
    if task.owner == to.key:
        return
    old, task.owner = task.owner, to.key
    work.session.flush()
    work.emit(
        events.TASK_ASSIGNED, ("task", task.id), box_id=task.box_id, text=task.text, old=old, new=to.key
    )


def _give_deal(work: Work, deal: Opportunity, to: User) -> None:
    old, deal.owner = deal.owner, to.key
    subject = ("opportunity", deal.id)
    work.emit(events.OPPORTUNITY_ASSIGNED, subject, box_id=deal.box_id, name=deal.name, old=old, new=to.key)


def _give_lead(work: Work, lead: Lead, to: User) -> None:
    """Give a lead to somebody; a new one becomes Assigned, any other stays in its state."""
    if lead.state == "New":
        assign_lead(work, lead, to.key)
        return
    old, lead.owner = lead.owner, to.key
    if lead.state != "Converted":
        work.emit(events.LEAD_ASSIGNED, ("lead", lead.id), box_id=lead.box_id, owner=to.key, old=old)
