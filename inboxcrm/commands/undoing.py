"""Undoes what a line of a command mail has changed, whole or not at all (EM-4; OP-4 holds after it, too)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inboxcrm.base.errors import Refused
from inboxcrm.base.journal import Step, made_row, step_of
from inboxcrm.base.restoring import CannotPutBack, put_back
from inboxcrm.base.spelled import spell_moment
from inboxcrm.base.store import events_about, events_caused_by, mark_events_done
from inboxcrm.base.work import Event, Work
from inboxcrm.commands.changes import LOOSE
from inboxcrm.crm import events
from inboxcrm.crm.deals.store import rows_of_sleeping
from inboxcrm.crm.projects.store import project_by_id
from inboxcrm.crm.store import open_next_action, opportunity_by_id, task_by_id
from inboxcrm.crm.task import finish_task
from inboxcrm.ingest.letting_go.store import let_go_of_box
from inboxcrm.outbox.letter import move_letter
from inboxcrm.outbox.store import lock_letter

if TYPE_CHECKING:
    from inboxcrm.commands.records import ChangeSet
    from inboxcrm.outbox.records import Letter

# Columns that name a row without a foreign key.
HANGING = {
    "box": tuple((table, "box_id") for table in ("message", "thread", "document", "filing", "letter")),
    "contact": (("message", "contact_id"),),
    "opportunity": (("document", "opportunity_id"),),
}
OWNED = (("qualification", "lead_id"),)  # what is worked out of a lead
NEVER_LEFT = ("waiting", "laid", "cancelled", "failed")
MAIL_STAYS = frozenset(("handover",))  # what was mailed about it hinders no undo: the receipt names it
MOST_NAMED = 5


class ChangedSince(Refused):
    """What a line had changed has been changed again; says what, by whom and when."""

    def __init__(self, what: str, last: Event | None, at: str) -> None:
        who = f" by {last.actor.removeprefix('user:')}, {at} ({last.kind})" if last else ""
        super().__init__(f"nothing was undone: {what} has been changed since{who}")


class HangsOn(Refused):
    """What a line had made is in use by now."""

    def __init__(self, what: str, other: str) -> None:
        super().__init__(
            f"nothing was undone: {what} is in use by now, and undoing it would lose that ({other})"
        )


class LetterGone(Refused):
    """A letter of a line is on its way, or has arrived."""

    def __init__(self, letter: Letter) -> None:
        super().__init__(f"nothing was undone: the mail {letter.subject!r} has left; no word brings it back")


def undo_change(work: Work, change: ChangeSet) -> str:
    """Put back what a line has changed; give what is still to be done by hand, or "". Raises Refused."""
    caused = _consequences(work, change.events)
    made = _made_of_it(work, caused)
    is_mail_kept = change.word in MAIL_STAYS
    letters = [*change.letters, *_subjects(caused, "letter.written")]
    told = _cancel_letters(work, letters, is_mail_kept=is_mail_kept)
    _drop_tasks(work, change, caused)
    steps = [step_of(one) for one in change.changes]
    _let_mails_go(work, steps)
    try:
        put_back(work.session, [*steps, *made], loose=LOOSE, hanging=HANGING, owned=OWNED)
    except CannotPutBack as reason:
        what = spell_row(reason.step)
        if reason.other:
            raise HangsOn(what, reason.other) from reason
        raise _changed_since(work, change, reason.step, what) from reason
    _check_next_actions(work, steps)
    change.undone_at, change.undone_by = work.now, work.actor
    mark_events_done(work.session, list(change.events))
    work.emit(
        events.CHANGE_UNDONE,
        ("change", change.id),
        box_id=change.box_id,
        is_quiet=True,
        line=change.source,
        events=change.events,
    )
    return told


def _let_mails_go(work: Work, steps: list[Step]) -> None:
    """A box that the line made goes: the line's own answers and receipts are no reason to keep it."""
    moved = frozenset(int(one.key[0]) for one in steps if one.table == "message" and "box_id" in one.columns)
    for step in steps:
        if step.table == "box" and step.act == "insert":
            let_go_of_box(work.session, int(step.key[0]), leave=moved)


def _consequences(work: Work, event_ids: list[int]) -> list[Event]:
    """Give what rules have made of a line's events, and of what they made, five steps deep at most (V7)."""
    found, last = list[Event](), event_ids
    for _ in range(5):
        following = events_caused_by(work.session, last)
        found += following
        last = [one.id for one in following]
    return found


def _made_of_it(work: Work, caused: list[Event]) -> list[Step]:
    """Give what rules have made of a line and nobody has touched: a renewal that sleeps, a project that was begun.

    It goes with the line. Raises HangsOn for whatever else there is.
    """
    rows: list[Any] = []
    for event in caused:
        if event.kind == events.OPPORTUNITY_CREATED:
            found = rows_of_sleeping(work.session, event.subject_id)
            rows += _untouched(found, event)
        elif event.kind == events.PROJECT_STARTED:
            rows.append(project_by_id(work.session, event.subject_id))
        elif event.kind == events.LEAD_CREATED:
            _untouched(None, event)
    return [made_row(row) for row in rows]


def _untouched(rows: list[Any] | None, event: Event) -> list[Any]:
    if rows is None:
        name = event.payload.get("name") or event.kind
        raise HangsOn("what it did", f"a rule has made {name} of it")
    return rows


def _subjects(caused: list[Event], kind: str) -> list[int]:
    return [one.subject_id for one in caused if one.kind == kind]


def _cancel_letters(work: Work, letter_ids: list[int], *, is_mail_kept: bool) -> str:
    """Cancel the letters that have not left; what colleagues were told stays told. Raises LetterGone.

    With `is_mail_kept` what has left to an outsider is told as that, and hinders nothing.
    """
    laid, gone = list[str](), list[str]()
    for letter_id in dict.fromkeys(letter_ids):
        letter = lock_letter(work.session, letter_id)
        if letter.state not in NEVER_LEFT:
            if letter.is_outside and not is_mail_kept:
                raise LetterGone(letter)
            gone += [spell_letter(letter)]
            continue
        laid += [letter.account] if letter.state == "laid" else []
        if letter.state in ("waiting", "laid"):
            move_letter(work, letter, "cancelled", "undone")
    told = _delete_drafts(work, laid)
    if is_mail_kept and gone:
        told += f"; what was mailed stays mailed: {', '.join(gone[:MOST_NAMED])}"
        told += " and more" if len(gone) > MOST_NAMED else ""
    return told


def _delete_drafts(work: Work, accounts: list[str]) -> str:
    own = work.settings.account_of_user(work.actor.removeprefix("user:"))
    if not accounts:
        return ""
    if own is not None and set(accounts) == {own.address}:
        return "; delete the draft that lies in your Drafts folder"
    what = "the draft that lies" if len(accounts) == 1 else f"the {len(accounts)} drafts that lie"
    return f"; delete {what} in the Drafts folder of {', '.join(sorted(set(accounts)))}"


def spell_letter(letter: Letter) -> str:
    """Give a letter as people know it: its subject, and to whom it went."""
    return f"{letter.subject!r} to {', '.join(one.address for one in letter.recipients)}"


def _drop_tasks(work: Work, change: ChangeSet, caused: list[Event]) -> None:
    """Close the tasks that rules have made of the line: their reason is gone."""
    for task_id in _subjects(caused, events.TASK_CREATED):
        task = task_by_id(work.session, task_id)
        if task.state == "open" and task.kind != "next action":
            finish_task(work, task, state="dropped")


def _changed_since(work: Work, change: ChangeSet, step: Step, what: str) -> ChangedSince:
    number = step.key[0]
    told = events_about(work.session, step.table, number) if isinstance(number, int) else []
    later = [one for one in told if one.id > max(change.events, default=0) and one.at >= change.at]
    last = later[-1] if later else None
    return ChangedSince(what, last, spell_moment(last.at, work.settings.company.zone) if last else "")


def spell_row(step: Step) -> str:
    """Give a row as people know it: by its name or text if the step tells it, else by its number."""
    for name in ("text", "name", "subject", "sender", "address"):
        pair = step.columns.get(name)
        if pair and (pair[0] or pair[1]):
            return f"the {step.table.replace('_', ' ')} {pair[1] or pair[0]!r}"
    return f"the {step.table.replace('_', ' ')} {step.key[0]} ({', '.join(step.columns)})"


def _check_next_actions(work: Work, steps: list[Step]) -> None:
    """See that each open deal has its one next action, and each closed one none (OP-4)."""
    touched = {int(step.key[0]) for step in steps if step.table == "opportunity" and step.act != "insert"}
    for step in steps:
        if step.table == "task" and (pair := step.columns.get("opportunity_id")):
            touched |= {int(one) for one in pair if one}
    made = {int(step.key[0]) for step in steps if step.table == "opportunity" and step.act == "insert"}
    for number in touched - made:  # what the line made is gone
        deal = opportunity_by_id(work.session, number)
        if deal.is_open != (open_next_action(work.session, deal.id) is not None):
            what = "would have no next action" if deal.is_open else "is closed and would have a next action"
            raise Refused(f"nothing was undone: {deal.name} {what}")
