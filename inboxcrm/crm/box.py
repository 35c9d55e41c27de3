"""Boxes: what happened on them last, notes, and two that turn out to be one (V3)."""

from __future__ import annotations

from datetime import datetime

from inboxcrm.base.work import Work
from inboxcrm.crm import events
from inboxcrm.crm.records import Box
from inboxcrm.crm.store import lead_of_box, open_tasks_of_box, opportunity_of_box
from inboxcrm.crm.task import finish_task


def touch_box(box: Box, at: datetime, direction: str) -> None:
    """Note that mail went in or out; mail may arrive in any order."""
    box.last_activity_at = max(box.last_activity_at, at)
    if direction == "inbound":
        box.last_inbound_at = max(box.last_inbound_at or at, at)
    elif direction == "outbound":
        box.last_outbound_at = max(box.last_outbound_at or at, at)


def add_note(work: Work, box: Box, text: str) -> None:
    """Keep a user's own words on a box; no customer ever sees them."""
    work.emit(events.NOTE_ADDED, ("box", box.id), box_id=box.id, text=text[:20000])


def merge_boxes(work: Work, first: Box, second: Box) -> Box | None:
    """Make one box of two leads of the same people; the older survives.

    Gives the survivor, or None if that is not ours to decide: another customer, or a deal on the younger.
    """
    older, younger = (first, second) if first.id < second.id else (second, first)
    is_same = older.contact_id == younger.contact_id or (
        older.organization_id is not None and older.organization_id == younger.organization_id
    )
    lead = lead_of_box(work.session, younger.id)
    if not is_same or opportunity_of_box(work.session, younger.id) or lead is None:
        return None
    for task in open_tasks_of_box(work.session, younger.id):
        finish_task(work, task, state="dropped")
    lead.state, lead.reason = "Dead", f"is the same as {older.name}"
    younger.is_open, younger.merged_into = False, older.id
    work.emit(events.BOX_MERGED, ("box", older.id), box_id=older.id, merged=younger.id, name=younger.name)
    return older
