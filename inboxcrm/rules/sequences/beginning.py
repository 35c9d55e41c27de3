"""Begins a run of a sequence for an occasion of its rule, in the transaction of the firing (V7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from inboxcrm.base.business_time import working_time_of
from inboxcrm.base.work import Work
from inboxcrm.outbox.sequence import RunPlan, begin_run, finish_run, pause_run, stop_run, within_hours
from inboxcrm.outbox.sequences.store import lock_run, was_stopped_by_user
from inboxcrm.rules.actions.shape import Occasion, box_of
from inboxcrm.rules.letters.addressee import Silent, addressee_of
from inboxcrm.rules.moment import moment_at
from inboxcrm.rules.sequences.customer import answers_since, customer_of
from inboxcrm.rules.sequences.judging import judge_run

if TYPE_CHECKING:
    from inboxcrm.outbox.sequences.records import SequenceRun
    from inboxcrm.rules.rule import Rule, Stage

WRITING = frozenset(("letter", "draft", "sms"))  # actions that reach the customer


@dataclass(frozen=True, slots=True)
class Begun:
    """What became of a beginning: the run whose first steps are to be done now, or none; and words for the history."""

    told: str
    run_id: int | None = None


def begin_sequence(work: Work, occasion: Occasion) -> Begun:
    """Begin a run over the record of an occasion, unless one goes on there or one of us has stopped it for good.

    Raises Refused where nobody is there to be written to.
    """
    rule, subject = occasion.rule, (occasion.subject_kind, occasion.subject_id)
    if was_stopped_by_user(work.session, rule.id, subject):
        return Begun("began no sequence: one of us has stopped it for this record")
    if any(action.name in WRITING for action in rule.actions):
        try:
            addressee_of(work, occasion)
        except Silent as why:
            return Begun(f"began no sequence: {why}")
    run = begin_run(work, _plan(work, occasion))
    if run is None:
        return Begun("began no sequence: it runs over this record already")
    return _first(work, occasion, run)


def _first(work: Work, occasion: Occasion, run: SequenceRun) -> Begun:
    """Tell whether the first steps are to be done at once."""
    stage = occasion.rule.stages[0]
    verdict = judge_run(work, occasion.rule, run)
    if verdict.stop:
        stop_run(work, run, verdict.stop)
        return Begun(f"began no sequence: {verdict.stop}")
    if stage.wait is not None:
        run.due_at = due_after(work, stage, work.now, occasion.values)
    if verdict.later and verdict.later > run.due_at:
        pause_run(work, run, verdict.later, verdict.why)
    if run.due_at > work.now:
        return Begun("began the sequence")
    return Begun("began the sequence", run.id)


def _plan(work: Work, occasion: Occasion) -> RunPlan:
    box = box_of(work, occasion)
    work.session.flush()
    event = occasion.event
    # What came between the event and now is an answer already; of a moment long after its event it is not.
    since = event.at if event and occasion.rule.on else work.now
    heard = answers_since(work.session, work.settings, customer_of(work.session, box.id), since)
    return RunPlan(
        rule=occasion.rule.id,
        version=occasion.version,
        subject=(occasion.subject_kind, occasion.subject_id),
        box_id=box.id,
        contact_id=box.contact_id,
        occasion=occasion.key,
        event_id=event.id if event else None,
        since=since,
        heard=[one.message_id for one in heard if one.taken_in_at <= since],
    )


def due_after(work: Work, stage: Stage, done_at: datetime, facts: Mapping[str, object]) -> datetime:
    """Give when the steps of a stage are due, by the working time of the record's owner; letters within it."""
    owner = work.settings.user_by_key(str(facts.get("owner") or ""))
    working = working_time_of(work.settings, owner)
    due_at = moment_at(stage.wait, working, done_at) if stage.wait else done_at
    reaches = any(action.name in WRITING for action in stage.actions)
    return max(within_hours(working, due_at) if reaches else due_at, done_at)


def step_done(work: Work, rule: Rule, run_id: int, facts: Mapping[str, object]) -> None:
    """Note that the steps of a stage are done, and when the next ones are due; after the last the run is finished."""
    run = lock_run(work.session, run_id)
    run.step, run.stepped_at = run.step + 1, work.now
    if run.step >= len(rule.stages):
        finish_run(work, run)
    else:
        run.due_at = due_after(work, rule.stages[run.step], work.now, facts)
