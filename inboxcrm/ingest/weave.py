"""Gives a message its thread, and makes one thread of those that it shows to be one."""

from __future__ import annotations

from inboxcrm.base.work import Work
from inboxcrm.crm.box import merge_boxes
from inboxcrm.crm.store import box_by_id
from inboxcrm.crm.task import add_task
from inboxcrm.ingest import events
from inboxcrm.ingest.records import Message, Thread
from inboxcrm.ingest.store import RefRow, merge_threads, move_messages, thread_by_id
from inboxcrm.ingest.thread import Node, belong_together


def find_thread(work: Work, message: Message, hashes: list[str], refs: dict[str, list[RefRow]]) -> None:
    """Put a message into the oldest thread that it belongs to; other such threads become part of that one."""
    own = Node(0, frozenset(message.outside), message.answers_letter_id is not None)
    joined: set[int] = set()
    for row in (row for key in hashes for row in refs.get(key, ())):
        other = Node(row.thread_id, frozenset(row.outside), row.is_tokened)
        if row.thread_id not in joined and belong_together(own, other):
            joined.add(row.thread_id)
    if not joined:
        message.thread = Thread()
        return
    survivor, *losers = sorted(joined)
    for loser in losers:
        _merge(work, survivor, loser, refs)
    message.thread = thread_by_id(work.session, survivor)


def _merge(work: Work, survivor_id: int, loser_id: int, refs: dict[str, list[RefRow]]) -> None:
    survivor, loser = thread_by_id(work.session, survivor_id), thread_by_id(work.session, loser_id)
    merge_threads(work.session, survivor_id, [loser_id])
    for rows in refs.values():
        rows[:] = [
            RefRow(r.message_id, survivor_id, r.outside, r.is_tokened, r.box_id)
            if r.thread_id == loser_id
            else r
            for r in rows
        ]
    if survivor.box_id is None or loser.box_id is None:
        survivor.box_id = survivor.box_id or loser.box_id
    else:
        survivor.box_id = _one_box(work, survivor.box_id, loser.box_id)
    work.session.delete(loser)


def _one_box(work: Work, first_id: int, second_id: int) -> int:
    """Give the box of two threads that are one; two boxes of different people are a person's to judge (V3).

    Until he has, what is filed stays where it is; what comes later goes to the older box.
    """
    first, second = box_by_id(work.session, first_id), box_by_id(work.session, second_id)
    if first.id == second.id:
        return first.id
    if survivor := merge_boxes(work, first, second):
        for box in (first, second):
            move_messages(work.session, box.id, survivor.id)
        return survivor.id
    add_task(
        work,
        first,
        "question",
        f"A mail joins {first.name!r} and {second.name!r}: are they one matter?",
        owner=first.owner or second.owner or work.settings.manager_key,
        due_at=work.now,
        occasion=f"boxes-conflict:{min(first.id, second.id)}:{max(first.id, second.id)}",
    )
    work.emit(events.BOXES_CONFLICT, ("box", first.id), box_id=first.id, other=second.id)
    return min(first.id, second.id)
