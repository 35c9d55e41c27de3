"""Losing: with a reason, and what follows from it: a lead for later, a review of the profile, lessons (OP-1, OP-11).

What is mailed because of it (product feedback, competitive intelligence) is a reaction to the event.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from inboxcrm.base.errors import IllegalMove
from inboxcrm.base.settings_pipeline import Reason, people_named
from inboxcrm.base.spelled import spell_day
from inboxcrm.base.store import draw_id
from inboxcrm.base.work import Work
from inboxcrm.crm import events
from inboxcrm.crm.box import start_box
from inboxcrm.crm.deals.store import lead_of_lost, tasks_of_occasion
from inboxcrm.crm.records import Lead, Opportunity
from inboxcrm.crm.stages import BY_CREDIT, LOST, WON, check_deal, pipeline_of, place_of
from inboxcrm.crm.store import open_next_action, open_tasks_of_box
from inboxcrm.crm.task import add_task, finish_task, next_business_day, snooze_task, wake_up_at
from inboxcrm.crm.winning import drop_checks

if TYPE_CHECKING:
    from inboxcrm.crm.records import Box

ERRAND = "errand"
RE_CONTACT = "re-contact"
LESSONS = "What is lost teaches something, if somebody writes it down (OP-11)."


class OnlyByCredit(IllegalMove):
    """A won deal is lost only when its whole invoice is credited (IV-10)."""

    def __init__(self, opportunity: Opportunity) -> None:
        super().__init__(f"opportunity {opportunity.name!r}", WON, LOST, [])
        self.args = (
            f"{opportunity.name} is won; it is lost only when its invoice is credited in full, not by a word",
        )


def lose_opportunity(
    work: Work, opportunity: Opportunity, reason: Reason, words: str = "", *, until: date | None = None
) -> Lead | None:
    """Lose an open deal for a reason; nothing more is to do on it but what its reason asks for.

    Lost for now, it leaves a lead that comes up again at a day, which is given. Raises IllegalMove.
    """
    if place_of(opportunity) == WON:
        raise OnlyByCredit(opportunity)
    check_deal(work, opportunity, LOST)
    _close(work, opportunity, reason.name, words)
    return _follow(work, opportunity, reason, until)


def move_recontact(work: Work, opportunity: Opportunity, reason: Reason, until: date) -> Lead:
    """Let the lead of a deal that was lost for now come up on another day."""
    return _leave_lead(work, opportunity, reason, until)


def lose_by_credit(work: Work, opportunity: Opportunity, words: str) -> None:
    """Take a won deal as lost because all of it was credited; nobody else may (OP-1, IV-10)."""
    if (place_of(opportunity), LOST) not in BY_CREDIT:
        raise IllegalMove(f"opportunity {opportunity.name!r}", place_of(opportunity), LOST, [])
    _close(work, opportunity, "credited", words)


def _close(work: Work, opportunity: Opportunity, reason: str, words: str) -> None:
    old = place_of(opportunity)
    opportunity.state, opportunity.closed_at = LOST, work.now
    opportunity.lost_reason, opportunity.lost_why = reason, words[:2000] or None
    opportunity.wake_on, opportunity.box.is_asleep, opportunity.box.is_open = None, False, False
    if task := open_next_action(work.session, opportunity.id):
        finish_task(work, task, state="dropped")
    drop_checks(work, opportunity)
    work.emit(
        events.OPPORTUNITY_LOST,
        ("opportunity", opportunity.id),
        box_id=opportunity.box_id,
        name=opportunity.name,
        old=old,
        new=LOST,
        reason=reason,
        why=words[:2000],
    )


def _follow(work: Work, opportunity: Opportunity, reason: Reason, until: date | None) -> Lead | None:
    """Give out what is to do because of it; each time that a deal is lost anew."""
    start = f"lost:{opportunity.id}:"
    turn = len(tasks_of_occasion(work.session, opportunity.box_id, start))
    lessons = f"Write down what we learn from losing {opportunity.name} ({reason.name})"
    _errand(work, opportunity, lessons, opportunity.owner, f"{start}{turn}:lessons", LESSONS)
    if reason.then == "profile review":
        text = f"See whether our ideal customer is the right one: {opportunity.name} did not fit"
        [manager, *_] = people_named(work.settings, "managers")
        _errand(
            work, opportunity, text, manager.key, f"{start}{turn}:profile", "Lost for want of fit (OP-11)."
        )
    return _leave_lead(work, opportunity, reason, until) if reason.then == "recycled lead" else None


def _errand(work: Work, deal: Opportunity, text: str, owner: str, occasion: str, why: str) -> None:
    due_at = next_business_day(work)
    add_task(work, deal.box, ERRAND, text, owner=owner, due_at=due_at, why=why, occasion=occasion)


def _leave_lead(work: Work, opportunity: Opportunity, reason: Reason, until: date | None) -> Lead:
    """Make the lead of a deal that was lost for now, Recycled until its day; one that is there gets the new day."""
    today = work.now.astimezone(work.settings.company.zone).date()
    day = until or today + timedelta(days=pipeline_of(work, opportunity).recycle_days)
    lead = lead_of_lost(work.session, opportunity.id)
    if lead is None or lead.state != "Recycled":
        lead = _new_lead(work, opportunity)
    lead.recontact_at, lead.reason = wake_up_at(work, day), f"lost: {reason.name}, again on {spell_day(day)}"
    known = open_tasks_of_box(work.session, lead.box_id, RE_CONTACT)
    if known:
        snooze_task(work, known[0], lead.recontact_at)
    else:
        _ask_again(work, opportunity, lead.box)
    return lead


def _ask_again(work: Work, opportunity: Opportunity, box: Box) -> None:
    lead = lead_of_lost(work.session, opportunity.id)
    if lead is None or lead.recontact_at is None:
        return
    who = box.contact.name if box.contact else "them"
    text = f"Write to {who} again: {opportunity.name} was lost only for now"
    why = "You said that it was the wrong time (OP-11)."
    add_task(work, box, RE_CONTACT, text, owner=opportunity.owner, due_at=lead.recontact_at, why=why)


def _new_lead(work: Work, opportunity: Opportunity) -> Lead:
    """Make a lead on a box of its own, which rests."""
    old = opportunity.box
    box = start_box(
        work, kind="lead", name=opportunity.name, contact=old.contact, organization=old.organization
    )
    box.is_open, box.owner = False, opportunity.owner
    lead = Lead(
        id=draw_id(work.session, Lead.__table__),
        box=box,
        box_id=box.id,
        source="Existing Customer",
        need=f"{opportunity.name}: {opportunity.lost_why or 'lost for now'}"[:5000],
        state="Recycled",
        owner=opportunity.owner,
        lost_opportunity_id=opportunity.id,
        created_at=work.now,
    )
    work.session.add(lead)
    work.session.flush()
    work.emit(
        events.LEAD_CREATED,
        ("lead", lead.id),
        box_id=box.id,
        name=box.name,
        source=lead.source,
        state=lead.state,
        origin=opportunity.id,
    )
    return lead
