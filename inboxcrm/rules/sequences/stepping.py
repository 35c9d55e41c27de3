"""Takes the runs of sequences on whose next step is due: each in a transaction of its own, asked anew before (EM-8).

A step is a firing of its rule, so that it is done once whoever is killed or looks beside another (V7).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from inboxcrm.base.database import DatabaseTrouble, ValuesRefused
from inboxcrm.base.store import events_by_id
from inboxcrm.base.work import Office, Work
from inboxcrm.outbox.sequence import finish_run, pause_run, resume_run, stop_run
from inboxcrm.outbox.sequences.store import (
    due_run_ids,
    has_letter_under_way,
    last_sent_at,
    take_run,
)
from inboxcrm.rules.facts import facts_of
from inboxcrm.rules.firing import Subject, fire_rule, note_failure
from inboxcrm.rules.letters.writing import end_sweep
from inboxcrm.rules.sequences.beginning import WRITING, due_after, step_done
from inboxcrm.rules.sequences.judging import judge_run
from inboxcrm.rules.store import firing_by_key

if TYPE_CHECKING:
    from inboxcrm.outbox.sequences.records import SequenceRun
    from inboxcrm.rules.rule import Rule

log = structlog.get_logger()
ACTOR = "ticker"
LATER = timedelta(hours=1)  # a letter of the step before has not left yet
REFUSED = "refused: "
STEP = ":step:"  # in the key of a firing: not the first steps of a sequence


def run_due_steps(office: Office, rules: Iterable[Rule]) -> int:
    """Take all runs on that are due; give their number. Their letters leave behind the brake, as those of a sweep."""
    by_id = {rule.id: rule for rule in rules}
    with office.reading() as session:
        due = due_run_ids(session, office.clock.now())
    stepped = {name for run_id in due if (name := _take_on(office, run_id, by_id))}
    for name in sorted(stepped & by_id.keys()):
        end_sweep(office, by_id[name])
    return len(due)


def _take_on(office: Office, run_id: int, rules: dict[str, Rule]) -> str:
    """Take one run on, if it is still due; give the id of its rule."""
    try:
        with office.work("step", actor=ACTOR) as work:
            run = take_run(work.session, run_id)
            if run is None or run.due_at > work.now:
                return ""
            take_on(work, rules.get(run.rule), run)
            return run.rule
    except Exception as error:
        if isinstance(error, DatabaseTrouble) and not isinstance(error, ValuesRefused):
            raise
        log.exception("step_not_done", run=run_id)
        _set_aside(office, run_id, rules, error)
        return ""


def _set_aside(office: Office, run_id: int, rules: dict[str, Rule], error: Exception) -> None:
    with office.work("step", actor=ACTOR) as work:
        run = take_run(work.session, run_id)
        if run is None:
            return
        subject = Subject(run.subject_kind, run.subject_id, {"box_id": run.box_id})
        if rule := rules.get(run.rule):
            note_failure(work, rule, subject, key_of_step(run), error)
        stop_run(work, run, f"a step failed: {type(error).__name__}")


def key_of_step(run: SequenceRun) -> str:
    """Give the key of the firing of a run's next step."""
    return f"{run.occasion}{STEP}{run.step + 1}"


def take_on(work: Work, rule: Rule | None, run: SequenceRun) -> None:
    """Do the next steps of a run that is due, or pause or stop it, as it stands now."""
    verdict = judge_run(work, rule, run)
    if verdict.stop or rule is None:
        stop_run(work, run, verdict.stop)
        return
    if verdict.later:
        pause_run(work, run, verdict.later, verdict.why)
        return
    resume_run(work, run)
    if run.step >= len(rule.stages):  # the rule was made shorter
        finish_run(work, run)
        return
    facts = facts_of(work.session, rule.kind, run.subject_id, work.settings.field) or {}
    if not _is_put_off(work, rule, run, facts):
        _do_steps(work, rule, run, facts)


def _is_put_off(work: Work, rule: Rule, run: SequenceRun, facts: dict[str, object]) -> bool:
    """Let a step wait for the letter before it: its wait counts from when that has left."""
    writes = any(action.name in WRITING for action in rule.stages[run.step].actions)
    if has_letter_under_way(work.session, run.id, or_draft=writes):
        run.due_at = work.now + LATER
        return True
    sent_at = last_sent_at(work.session, run.id)
    if sent_at and sent_at > run.stepped_at:
        run.due_at = due_after(work, rule.stages[run.step], sent_at, facts)
    return run.due_at > work.now


def _do_steps(work: Work, rule: Rule, run: SequenceRun, facts: dict[str, object]) -> None:
    event = events_by_id(work.session, [run.event_id]).get(run.event_id) if run.event_id else None
    steps = replace(rule, on=None, actions=rule.stages[run.step].actions)
    subject, key = Subject(run.subject_kind, run.subject_id, facts), key_of_step(run)
    fire_rule(work, steps, subject, key, event, run.id)
    firing = firing_by_key(work.session, key)
    if firing and firing.outcome.startswith(REFUSED):
        stop_run(work, run, firing.outcome)
        return
    step_done(work, rule, run.id, facts)
