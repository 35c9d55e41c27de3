"""Gives a message its thread, and makes one thread of those that it shows to be one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.store import draw_id, insert_or_change
from inboxcrm.base.work import Work
from inboxcrm.crm.lead import revive_lead
from inboxcrm.crm.merging.leads import unite_leads
from inboxcrm.crm.store import box_by_id, task_by_occasion
from inboxcrm.crm.task import add_task
from inboxcrm.ingest import events
from inboxcrm.ingest.records import Message, Thread, ThreadKey
from inboxcrm.ingest.store import (
    count_of_threads,
    keys_of,
    keys_of_thread,
    move_thread,
    thread_by_id,
    threads_apart,
)
from inboxcrm.ingest.thread import Keys, apart_of, people_marks
from inboxcrm.outbox.store import letter_by_id

if TYPE_CHECKING:
    from inboxcrm.crm.records import Box


def find_thread(work: Work, message: Message, own_keys: list[str], keys: Keys) -> bool:
    """Put a message into the thread that it belongs to; several such threads become one.

    Tells whether there may be mail in it that stands on no box yet.
    """
    joined = keys.threads_of(own_keys, people_marks(message.outside), is_tokened=_is_tokened(work, message))
    if not joined:
        message.thread = Thread(id=draw_id(work.session, Thread.__table__))
        return False
    message.thread = thread_by_id(work.session, _one_thread(work, list(joined), keys))
    return len(joined) > 1 or message.thread.box_id is None


def note_keys(work: Work, message: Message, own_keys: list[str], keys: Keys) -> None:
    """Note a written message under its keys, so that later mails find its thread."""
    is_tokened = _is_tokened(work, message)
    keys.add(message.thread_id, own_keys, people_marks(message.outside), is_tokened=is_tokened)


def write_keys(work: Work, keys: Keys) -> None:
    """Write what has changed under the keys of a batch, after the threads that are new."""
    work.session.flush()
    insert_or_change(work.session, ThreadKey.__table__, keys.changed(), "people", "is_tokened")


def _is_tokened(work: Work, message: Message) -> bool:
    """Tell whether it answers a letter to a customer. That to one of us may be forwarded, and then joins nobody."""
    letter_id = message.answers_letter_id
    return letter_id is not None and letter_by_id(work.session, letter_id).user is None


def _one_thread(work: Work, joined: list[int], keys: Keys) -> int:
    """Make one thread of several, except of those that a person keeps apart: there the nearest has its way."""
    if len(joined) == 1:
        return joined[0]
    joined = apart_of(joined, threads_apart(work.session, joined))
    work.session.flush()
    # The longest stays and the others move, so that a thread of a thousand mails is not moved a thousand times.
    sizes = count_of_threads(work.session, joined)
    survivor, *losers = sorted(joined, key=lambda thread: (-sizes[thread], thread))
    for loser in losers:
        _merge(work, survivor, loser, keys)
    return survivor


def _merge(work: Work, survivor_id: int, loser_id: int, keys: Keys) -> None:
    unread = keys_of_thread(work.session, loser_id) - keys.rows.keys()
    if unread:
        keys.rows.update(keys_of(work.session, unread).rows)
    move_thread(work.session, loser_id, survivor_id)
    keys.move(loser_id, survivor_id)
    survivor, loser = thread_by_id(work.session, survivor_id), thread_by_id(work.session, loser_id)
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
    return unite_or_ask(work, first, second) or min(first.id, second.id)


def unite_or_ask(work: Work, first: Box, second: Box, *, is_shown: bool = True) -> int | None:
    """Make one box of two that a mail shows to be one; if that is a person's to judge, ask, once, and give None."""
    if is_shown and (survivor := unite_boxes(work, first.id, second.id)):
        return survivor
    occasion = f"boxes-conflict:{min(first.id, second.id)}:{max(first.id, second.id)}"
    if task_by_occasion(work.session, occasion):
        return None
    add_task(
        work,
        first,
        "question",
        f"A mail joins {first.name!r} and {second.name!r}: are they one matter?",
        owner=first.owner or second.owner or work.settings.manager.key,
        due_at=work.now,
        question={"act": "join", "boxes": [first.id, second.id]},
        occasion=occasion,
    )
    work.emit(events.BOXES_CONFLICT, ("box", first.id), box_id=first.id, other=second.id)
    return None


def unite_boxes(work: Work, first_id: int, second_id: int, *, is_said: bool = False) -> int | None:
    """Make one box of two with all their mail, if that is not a person's to judge; give the one that stays."""
    first, second = box_by_id(work.session, first_id), box_by_id(work.session, second_id)
    is_live = first.is_open or second.is_open
    survivor = unite_leads(work, first, second, is_said=is_said)
    if survivor is not None and is_live:  # what rested is at work again, as the other is
        revive_lead(work, survivor, survivor.last_inbound_at or work.now)
    return survivor.id if survivor else None
