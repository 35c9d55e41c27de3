"""Gives leads and deals to another rep, with what follows from it: tasks for both, a check later (OP-15)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.crm import events
from inboxcrm.crm.handovers.records import Handover
from inboxcrm.crm.handovers.store import HANDABLE, add_handover, handover_by_occasion
from inboxcrm.crm.store import lead_of_box, open_tasks_of_box, opportunity_of_box
from inboxcrm.crm.task import add_task, finish_task, next_business_day

if TYPE_CHECKING:
    from inboxcrm.base.settings import User
    from inboxcrm.crm.records import Box

OCCASION = "handover:"
WHY = "The lead or deal has got another rep (OP-15)."


def hand_over(work: Work, box: Box, to: User, reason: str, occasion: str) -> Handover:
    """Give a box with its lead, deal and open tasks to a rep; the same occasion does it once. Raises Refused."""
    if known := handover_by_occasion(work.session, occasion):
        return known
    if box.kind not in HANDABLE or not box.is_open:
        raise Refused(f"{box.name} is no open lead or deal")
    old = box.owner
    if old == to.key:
        raise Refused(f"{box.name} is {to.name}'s already")
    _drop_former_tasks(work, box)
    _change_owner(work, box, old, to.key)
    handover = Handover(
        occasion=occasion,
        box_id=box.id,
        old_owner=old,
        new_owner=to.key,
        reason=reason[:500],
        state="waiting",
        created_at=work.now,
    )
    add_handover(work.session, handover)
    _add_tasks(work, box, handover)
    work.emit(
        events.BOX_HANDED_OVER,
        ("box", box.id),
        box_id=box.id,
        name=box.name,
        old=old,
        new=to.key,
        reason=reason[:500],
    )
    work.wake("handovers")
    return handover


def _drop_former_tasks(work: Work, box: Box) -> None:
    """Drop what an earlier handover of the box still asked for: this one asks anew."""
    for task in open_tasks_of_box(work.session, box.id, "errand"):
        if (task.occasion or "").startswith(OCCASION):
            finish_task(work, task, state="dropped")


def _change_owner(work: Work, box: Box, old: str | None, new: str) -> None:
    box.owner = new
    if lead := lead_of_box(work.session, box.id):
        lead.owner = new
    if deal := opportunity_of_box(work.session, box.id):
        deal.owner = new
    for task in open_tasks_of_box(work.session, box.id):
        if task.owner == old or old is None:
            task.owner = new
    work.session.flush()


def _add_tasks(work: Work, box: Box, handover: Handover) -> None:
    """Give both a task to meet, and the new rep one to ask later whether the customer is content."""
    people = work.settings
    users = [people.user_by_key(key) for key in (handover.old_owner, handover.new_owner) if key]
    both = [one for one in users if one is not None]
    for user in both:
        others = " and ".join(one.name for one in both if one is not user)
        text = f"Meet the customer of {box.name}" + (f" together with {others}" if others else "")
        _errand(work, box, handover, text, user.key, "meet", days=0)
    days = work.settings.handover.satisfaction_days
    if days:
        text = f"Ask whether the customer of {box.name} is content since the handover"
        _errand(work, box, handover, text, handover.new_owner, "content", days=days)


def _errand(work: Work, box: Box, handover: Handover, text: str, owner: str, what: str, *, days: int) -> None:
    due_at = work.now + timedelta(days=days) if days else next_business_day(work)
    occasion = f"{OCCASION}{handover.id}:{what}:{owner}"
    add_task(work, box, "errand", text, owner=owner, due_at=due_at, why=WHY, occasion=occasion)
