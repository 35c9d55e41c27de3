"""Stops and pauses runs as soon as something happens that ends them, so that people see it at once.

Nothing hangs on it: each step and each letter asks again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from inboxcrm.base.database import Session
from inboxcrm.base.work import Event, Work
from inboxcrm.crm.companies.store import contacts_at
from inboxcrm.crm.merging.store import merged_boxes
from inboxcrm.crm.store import contact_by_id
from inboxcrm.ingest.store import message_by_id
from inboxcrm.outbox.sequence import GOING, pause_run, stop_run
from inboxcrm.outbox.sequences.store import is_any_going, lock_run, runs_going
from inboxcrm.rules.sequences.judging import judge_run

if TYPE_CHECKING:
    from inboxcrm.rules.rule import Rule

HEARD = frozenset(
    (
        "call.logged",
        "contact.away",
        "lead.moved",
        "letter.bounced",
        "meeting.answered",
        "meeting.planned",
        "message.received",
        "opportunity.held",
        "opportunity.lost",
        "opportunity.won",
        "stage.changed",
    )
)


def look_at_runs(work: Work, event: Event, rules: Iterable[Rule]) -> None:
    """Ask the runs over a box, or to the people of an organization, anew, as something happened there."""
    if event.kind not in HEARD or not is_any_going(work.session):
        return
    by_id = {rule.id: rule for rule in rules}
    boxes = [event.box_id, *merged_boxes(work.session, event.box_id)] if event.box_id else []
    for found in runs_going(work.session, boxes, _people(work.session, event)):
        run = lock_run(work.session, found.id)
        if run.state not in GOING or run.rule not in by_id:
            continue
        verdict = judge_run(work, by_id[run.rule], run)
        if verdict.stop:
            stop_run(work, run, verdict.stop)
        elif verdict.later and verdict.later > run.due_at:
            pause_run(work, run, verdict.later, verdict.why)


def _people(session: Session, event: Event) -> set[int]:
    """Give the contacts whose runs an event may touch: him whom it is about, and everybody at his organization."""
    contact_id = event.subject_id if event.subject_kind == "contact" else None
    if event.subject_kind == "message":
        contact_id = message_by_id(session, event.subject_id).contact_id
    if contact_id is None:
        return set()
    organization_id = contact_by_id(session, contact_id).organization_id
    return {contact_id, *(contacts_at(session, [organization_id]) if organization_id else ())}
