"""Scores a lead when a mail or meeting of it has come, and when somebody asks; never while mail is taken in (LD-8)."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from inboxcrm.base.database import Session
from inboxcrm.base.work import Event, Work
from inboxcrm.crm.meetings.store import meetings_of_box
from inboxcrm.crm.qualifying.points import History
from inboxcrm.crm.qualifying.score import score_lead
from inboxcrm.crm.qualifying.store import OPEN_STATES
from inboxcrm.crm.store import box_by_id, calls_of_box, lead_of_box
from inboxcrm.ingest.scoring.store import steps_of_box

if TYPE_CHECKING:
    from inboxcrm.crm.qualifying.records import Qualification
    from inboxcrm.crm.records import Lead


def score_of_event(work: Work, event: Event) -> None:
    """Score the lead that an event is about, unless it is none, or none any more."""
    if event.box_id is None:
        return
    lead = lead_of_box(work.session, box_by_id(work.session, event.box_id).id)
    if lead is not None and lead.state in OPEN_STATES:
        rescore(work, lead)


def rescore(work: Work, lead: Lead) -> Qualification:
    """Score a lead by all that it did."""
    return score_lead(work, lead, history_of(work.session, lead.box_id))


def history_of(session: Session, box_id: int) -> History:
    """Give what happened on a box: mails, answers to ours, meetings and calls in which we spoke."""
    steps = steps_of_box(session, box_id)
    theirs = [at for is_theirs, at in steps if is_theirs]
    answers = sum(is_theirs and not was_theirs for (was_theirs, _), (is_theirs, _) in pairwise(steps))
    meetings = [one for one in meetings_of_box(session, box_id) if one.state == "planned"]
    calls = [one for one in calls_of_box(session, box_id) if one.direction == "in" or one.seconds]
    last = max([*theirs, *(one.started_at for one in calls)], default=None)
    return History(len(theirs), answers, len(meetings) + len(calls), last)
