"""Tasks: what somebody has to do, and the next action that an open opportunity is never without (OP-4)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from inboxcrm.base.errors import IllegalMove, Refused
from inboxcrm.base.store import draw_id
from inboxcrm.base.work import Work
from inboxcrm.base.workdays import Workdays
from inboxcrm.crm import events
from inboxcrm.crm.records import Box, Opportunity, Task
from inboxcrm.crm.stages import stage_of
from inboxcrm.crm.store import WITH_DEAL, note_task, open_next_action, opportunity_of_box, task_by_occasion

MOVES = {("open", "done"), ("open", "dropped")}
MORNING = time(8)
QUESTIONS = frozenset(("filing", "question"))  # of which a box may have any number


def add_task(
    work: Work,
    box: Box,
    kind: str,
    text: str,
    *,
    owner: str,
    due_at: datetime,
    why: str = "",
    rule: tuple[str, str] | None = None,
    question: dict[str, Any] | None = None,
    occasion: str | None = None,
) -> Task:
    """Give somebody a task on a box. With an occasion that already has its task, that task is given back."""
    if occasion and (known := task_by_occasion(work.session, occasion)):
        return known
    opportunity = opportunity_of_box(work.session, box.id) if box.kind in WITH_DEAL else None
    task = Task(
        id=draw_id(work.session, Task.__table__),
        kind=kind,
        box=box,
        box_id=box.id,
        opportunity_id=opportunity.id if opportunity else None,
        text=text[:500],
        why=why[:500],
        rule=rule[0] if rule else None,
        rule_version=rule[1] if rule else None,
        owner=owner,
        due_at=due_at,
        question=question,
        occasion=occasion,
        state="open",
        created_at=work.now,
    )
    work.session.add(task)
    if occasion:
        note_task(work.session, occasion, task)
    if kind not in QUESTIONS:
        work.session.flush()  # the database has the last word on whether there may be another (OP-4, LD-11)
    work.emit(events.TASK_CREATED, ("task", task.id), box_id=box.id, kind=kind, text=task.text, owner=owner)
    return task


def add_next_action(
    work: Work, opportunity: Opportunity, text: str = "", due_at: datetime | None = None
) -> Task:
    """Give an open opportunity its next action, due the next business day unless told otherwise."""
    text = text or stage_of(work, opportunity).next_action
    why = f"An open opportunity always has a next action; stage {opportunity.stage}."
    due_at = due_at or next_business_day(work)
    return add_task(
        work, opportunity.box, "next action", text, owner=opportunity.owner, due_at=due_at, why=why
    )


def next_business_day(work: Work) -> datetime:
    """Give the same clock time on the next business day of the company's country."""
    company = work.settings.company
    return Workdays(company.country).same_time_next_workday(work.now, company.zone)


def finish_task(work: Work, task: Task, *, state: str = "done") -> Task | None:
    """Close a task; an open opportunity at once gets its next one, which is given back (OP-4)."""
    _close_task(work, task, state)
    opportunity = opportunity_of_box(work.session, task.box_id)
    if task.kind != "next action" or opportunity is None or not opportunity.is_open:
        return None
    if opportunity.wake_on:
        end_hold(work, opportunity)  # it was the wake-up
    return add_next_action(work, opportunity)


def _close_task(work: Work, task: Task, state: str) -> None:
    if (task.state, state) not in MOVES:
        raise IllegalMove(f"task {task.text!r}", task.state, state, [])
    task.state, task.closed_at, task.closed_by = state, work.now, work.actor
    work.session.flush()
    work.emit(events.TASK_DONE, ("task", task.id), box_id=task.box_id, text=task.text, state=state)


def replace_next_action(
    work: Work, opportunity: Opportunity, text: str, due_at: datetime | None = None
) -> Task:
    """Give an open opportunity another next action in place of the one that it has."""
    if task := open_next_action(work.session, opportunity.id):
        _close_task(work, task, "dropped")
    return add_next_action(work, opportunity, text, due_at)


def wake_up_at(work: Work, wake_on: date) -> datetime:
    """Give the moment at which a deal on hold wakes: 08:00 of that day at the company."""
    return datetime.combine(wake_on, MORNING, work.settings.company.zone).astimezone(UTC)


def end_hold(work: Work, opportunity: Opportunity) -> None:
    """Let a deal sleep no more; its time in the stage begins anew."""
    old, opportunity.wake_on, opportunity.box.is_asleep = opportunity.wake_on, None, False
    opportunity.woken_at = work.now
    opportunity.stage_overdue_at = work.now + timedelta(days=stage_of(work, opportunity).too_long_days)
    work.emit(
        events.OPPORTUNITY_WOKEN,
        ("opportunity", opportunity.id),
        box_id=opportunity.box_id,
        old=old.isoformat() if old else None,
    )


def snooze_task(work: Work, task: Task, until: datetime) -> None:
    """Put an open task off until later."""
    if task.state != "open":
        raise Refused(f"the task {task.text!r} is already {task.state}")
    old, task.due_at = task.due_at, until
    if task.kind == "next action" and (opportunity := opportunity_of_box(work.session, task.box_id)):
        _hold_longer(work, opportunity, until)
    work.emit(
        events.TASK_SNOOZED, ("task", task.id), box_id=task.box_id, old=old.isoformat(), new=until.isoformat()
    )


def _hold_longer(work: Work, opportunity: Opportunity, until: datetime) -> None:
    """Let a deal on hold sleep as long as its wake-up is put off."""
    day = until.astimezone(work.settings.company.zone).date()
    old, opportunity.wake_on = opportunity.wake_on, day if opportunity.wake_on else None
    if old and old != day:
        work.emit(
            events.OPPORTUNITY_HELD,
            ("opportunity", opportunity.id),
            box_id=opportunity.box_id,
            old=old.isoformat(),
            new=day.isoformat(),
        )
