"""The machine of a lead (LD-1): six states, the legal moves, and what each move does to its box and tasks (LD-10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.states import check_move
from inboxcrm.base.work import Work
from inboxcrm.crm import events
from inboxcrm.crm.store import open_tasks_of_box
from inboxcrm.crm.task import finish_task

if TYPE_CHECKING:
    from inboxcrm.crm.records import Lead

MOVES = {
    ("New", "Assigned"),
    ("Assigned", "In Process"),
    ("In Process", "Converted"),
    ("In Process", "Recycled"),
    ("Recycled", "In Process"),
    ("New", "Dead"),
    ("Assigned", "Dead"),
    ("In Process", "Dead"),
}
RESTING = ("Recycled", "Dead")
RE_CONTACT = "re-contact"


def move_lead(work: Work, lead: Lead, state: str, reason: str | None = None) -> None:
    """Move a lead along its machine; an illegal move is refused with the legal ones named.

    A lead that rests has a closed box; one that comes back has an open one, and nobody has to write again any more.
    """
    check_move(f"lead {lead.box.name!r}", MOVES, lead.state, state)
    old, lead.state = lead.state, state
    lead.reason = reason or (None if old == "Recycled" else lead.reason)
    if state in RESTING:
        lead.box.is_open = False
    elif old == "Recycled":
        lead.box.is_open, lead.recontact_at = True, None
        for task in open_tasks_of_box(work.session, lead.box_id, RE_CONTACT):
            finish_task(work, task, state="dropped")
    work.emit(events.LEAD_MOVED, ("lead", lead.id), box_id=lead.box_id, old=old, new=state, reason=reason)


def archive_lead(work: Work, lead: Lead, reason: str) -> None:
    """Let a lead be Dead by the legal moves, one event each; nobody has to do anything about it any more (LD-10)."""
    if lead.state == "Recycled":
        move_lead(work, lead, "In Process")
    move_lead(work, lead, "Dead", reason[:500])
    for task in open_tasks_of_box(work.session, lead.box_id):
        finish_task(work, task, state="dropped")
