"""Runs of sequences: begun once for an occasion, paused, stopped or finished, and the letters of theirs withdrawn.

    running -> paused     the addressee is away; it goes on by itself when the pause is over
            -> stopped    somebody at the customer answered, or whatever else ends it, with the reason
            -> finished   its last step is done
    paused  -> running, stopped

What is queued for a run is asked again when it is claimed, and once more before its data is handed over (EM-8):
`Judge` is who can tell, and without one nothing of a run leaves. A run is locked before its letters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from inboxcrm.base.business_time import WorkingTime, working_time_of
from inboxcrm.base.states import check_move
from inboxcrm.base.store import draw_id
from inboxcrm.base.work import Work
from inboxcrm.outbox import events
from inboxcrm.outbox.letter import move_letter
from inboxcrm.outbox.sequences.records import SequenceRun
from inboxcrm.outbox.sequences.store import insert_run, lock_run, run_by_id, runs_going, waiting_letters

if TYPE_CHECKING:
    from inboxcrm.base.settings import Settings
    from inboxcrm.outbox.records import Letter

MOVES = {
    ("running", "paused"),
    ("running", "stopped"),
    ("running", "finished"),
    ("paused", "running"),
    ("paused", "stopped"),
}
GOING = ("running", "paused")
LONGEST_REASON = 500
_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a run may go on now: not any more (`stop` says why), not before `later` (`why`), or so it is."""

    stop: str = ""
    later: datetime | None = None
    why: str = ""


Judge = Callable[[Work, SequenceRun], Verdict]


@dataclass(frozen=True, slots=True)
class RunPlan:
    """What a run is to be: `occasion` is the key of the firing that begins it, `since` when answers begin to count.

    `heard` are the mails of the customer that came before.
    """

    rule: str
    version: str
    subject: tuple[str, int]
    box_id: int
    contact_id: int | None
    occasion: str
    event_id: int | None
    since: datetime
    heard: Sequence[int]


def begin_run(work: Work, plan: RunPlan) -> SequenceRun | None:
    """Begin a run whose first step is due now; None if its sequence runs over this record already."""
    run = SequenceRun(
        id=draw_id(work.session, SequenceRun.__table__),
        rule=plan.rule,
        version=plan.version,
        subject_kind=plan.subject[0],
        subject_id=plan.subject[1],
        box_id=plan.box_id,
        contact_id=plan.contact_id,
        occasion=plan.occasion,
        event_id=plan.event_id,
        step=0,
        state="running",
        due_at=work.now,
        begun_at=plan.since,
        stepped_at=work.now,
        heard=list(plan.heard),
    )
    if not insert_run(work.session, run):
        return None
    run = run_by_id(work.session, run.id)
    _emit(work, run, events.SEQUENCE_BEGUN)
    return run


def pause_run(work: Work, run: SequenceRun, until: datetime, why: str) -> None:
    """Let a run rest; nothing of it happens before `until`."""
    is_told = run.state == "paused" and run.reason == why[:LONGEST_REASON]
    if run.state != "paused":
        _move(run, "paused")
    run.due_at, run.reason = max(until, run.due_at), why[:LONGEST_REASON]
    if not is_told:
        _emit(work, run, events.SEQUENCE_PAUSED, until=run.due_at.isoformat(), reason=run.reason)


def resume_run(work: Work, run: SequenceRun) -> None:
    """Let a run that was paused go on; one that runs stays as it is."""
    if run.state == "paused":
        _move(run, "running")
        run.reason = None


def stop_run(work: Work, run: SequenceRun, reason: str) -> None:
    """End a run before its last step, and withdraw what it has queued; of one that has ended only that."""
    if run.state in GOING:
        _move(run, "stopped")
        run.reason, run.ended_at, run.ended_by = reason[:LONGEST_REASON], work.now, work.actor
        _emit(work, run, events.SEQUENCE_STOPPED, reason=run.reason)
    withdraw(work, run, reason)


def finish_run(work: Work, run: SequenceRun) -> None:
    """End a run whose last step is done; what it has queued is still asked again before it leaves."""
    _move(run, "finished")
    run.reason, run.ended_at, run.ended_by = None, work.now, work.actor
    _emit(work, run, events.SEQUENCE_FINISHED)


def withdraw(work: Work, run: SequenceRun, reason: str) -> None:
    """Cancel the letters and drafts of a run that have not left."""
    for letter in waiting_letters(work.session, run.id):
        move_letter(work, letter, "cancelled", f"withdrawn: {reason}"[:LONGEST_REASON])


def stop_runs_of_boxes(work: Work, box_ids: list[int], reason: str) -> list[str]:
    """End all runs over boxes on somebody's word; give the names of their sequences."""
    stopped = []
    for found in runs_going(work.session, box_ids):
        run = lock_run(work.session, found.id)
        if run.state in GOING:
            stop_run(work, run, reason)
            stopped.append(run.rule)
    return stopped


def is_to_leave(work: Work, letter: Letter, run: SequenceRun | None, judge: Judge | None) -> bool:
    """Ask at the moment of sending whether a letter may leave: it is withdrawn, or put off, if it may not."""
    if run is None:
        return letter.run_id is None
    if judge is None:
        return False
    verdict = judge(work, run)
    if verdict.stop:
        if letter.state == "claimed":
            move_letter(work, letter, "waiting")
        work.session.flush()
        stop_run(work, run, verdict.stop)
        return False
    at = verdict.later or work.now
    if letter.form == "letter" and letter.is_outside:
        at = within_hours(hours_of_sender(work.settings, letter.account), at)
    if at > work.now:
        if letter.state == "claimed":
            move_letter(work, letter, "waiting")
        letter.due_at = at
        return False
    return True


def hours_of_sender(settings: Settings, account: str) -> WorkingTime:
    """Give the working time of whom a mailbox belongs to; the company's if it is everybody's."""
    own = next((one for one in settings.account if one.address == account), None)
    return working_time_of(settings, settings.user_by_key(own.user) if own and own.user else None)


def within_hours(working: WorkingTime, at: datetime) -> datetime:
    """Give a moment if somebody works then, else the next one at which he does."""
    return working.add_hours(at, _MOMENT) - _MOMENT


def _move(run: SequenceRun, state: str) -> None:
    check_move(f"the run {run.id} of {run.rule}", MOVES, run.state, state)
    run.state = state


def _emit(work: Work, run: SequenceRun, kind: str, **payload: Any) -> None:
    work.emit(kind, ("sequence", run.id), box_id=run.box_id, rule=run.rule, step=run.step, **payload)
