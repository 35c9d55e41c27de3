"""Keeps what a line of a command mail has changed, and tells whether it can be undone (EM-4, MG-8)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from inboxcrm.base.journal import Journal, Step
from inboxcrm.base.restoring import class_of_table
from inboxcrm.base.store import draw_id
from inboxcrm.base.work import Work
from inboxcrm.commands.records import ChangeSet
from inboxcrm.outbox.store import letter_by_id

if TYPE_CHECKING:
    from inboxcrm.commands.scene import Scene

# Besides all tables of crm/, these are put back by an undo.
PUT_BACK = frozenset(
    (
        *("message", "thread", "thread_key", "threads_apart", "filing", "offer", "account", "change_set"),
        "sequence_run",
    )
)
# What is written beside a change, and stays: the history, and what letters are made of.
BESIDE = frozenset(("event", "blob", "letter_line", "letter_recipient", "command_mail", "retired_id"))
LETTER = "letter"
FOR_GOOD = frozenset(("private",))  # what they begin is not to be stopped or put back
# They move with each mail, so that an undo leaves them where they have moved on; a handover's history is made later.
LOOSE = frozenset(
    (
        *(("box", name) for name in ("last_activity_at", "last_inbound_at", "last_outbound_at")),
        ("handover", "state"),
    )
)


def keep_changes(work: Work, scene: Scene, journal: Journal, number: int) -> ChangeSet | None:
    """Keep what a line has changed under its number in the receipt; None if it has changed nothing."""
    steps = journal.steps
    letters = [int(step.key[0]) for step in steps if step.table == LETTER and step.act == "insert"]
    kept = [step for step in steps if is_put_back(step, letters)]
    events = [int(step.key[0]) for step in steps if step.table == "event" and step.act == "insert"]
    lasting = _lasting(work, scene.line.word, journal, kept, letters)
    if not (kept or events or letters or lasting):
        return None
    change = ChangeSet(
        id=draw_id(work.session, ChangeSet.__table__),
        message_id=scene.message.id,
        line=number,
        word=scene.line.word,
        source=scene.line.source[:500],
        actor=work.actor,
        at=work.now,
        box_id=scene.message.box_id,
        changes=[step.plain() for step in kept],
        events=events,
        letters=letters,
        lasting=lasting,
    )
    work.session.add(change)
    return change


def is_put_back(step: Step, letters: Iterable[int] = ()) -> bool:
    """Tell whether an undo puts a step back; of a letter that the line itself wrote, it cancels the whole."""
    if step.table == LETTER:
        return step.act == "update" and step.key[0] not in letters
    return step.table in PUT_BACK or class_of_table(step.table).__module__.startswith("inboxcrm.crm.")


def _lasting(work: Work, word: str, journal: Journal, kept: list[Step], letters: list[int]) -> str:
    """Say what of a line stays whatever is said later: a document, or a letter that leaves at once; "" if nothing."""
    if word in FOR_GOOD:
        return "erased"
    known = {step.table for step in kept} | BESIDE | {LETTER}
    other = next((step.table for step in journal.steps if step.table not in known), "")
    if other or not journal.is_whole:
        return other or "more than one row at a time"
    leaving = [letter_by_id(work.session, one) for one in letters]
    return "a letter that leaves" if any(one.is_outside and one.form == "letter" for one in leaving) else ""
