"""A person's word on where a mail belongs: it is moved, and, if he says so, remembered for its sender (V4, IN-3).

What is said can be said anew: filing a mail back where it was undoes it, and `inboxcrm filings` lists what is
remembered and takes it back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.store import draw_id, insert_or_change
from inboxcrm.base.work import Work
from inboxcrm.crm.box import note_contact, touch_box
from inboxcrm.ingest import events
from inboxcrm.ingest.effects.people import take_part
from inboxcrm.ingest.intents.courtesy import is_courtesy
from inboxcrm.ingest.records import Filing, Message, Thread, ThreadsApart
from inboxcrm.ingest.resting import revive_by_mail
from inboxcrm.ingest.store import drop_keys, keys_of, keys_of_thread, messages_of_thread, thread_by_id
from inboxcrm.ingest.thread import mid_hash
from inboxcrm.ingest.weave import note_keys, write_keys
from inboxcrm.ingest.writer import SENT_BY_ANOTHER, contact_of_writer

if TYPE_CHECKING:
    from inboxcrm.crm.records import Box


def file_message(work: Work, message: Message, box: Box) -> None:
    """Put a mail, and those that answer it, on a box because a person says so; the same once more changes nothing."""
    if message.box_id == box.id:
        return
    thread = thread_by_id(work.session, message.thread_id)
    moved = [message, *_answers_to(work, message)]
    if thread.box_id in (None, box.id):
        thread.box_id = box.id
    else:
        _set_apart(work, moved, box)
    for one in moved:
        old, one.box_id = one.box_id, box.id
        one.match_how, one.match_confidence, one.match_others = f"filed here by {work.actor}", "sure", []
        work.emit(events.MESSAGE_FILED, ("message", one.id), box_id=box.id, old=old, new=box.id)
    is_inbound = message.kind in ("customer", *SENT_BY_ANOTHER)
    if not is_courtesy(message.intents):
        touch_box(box, message.received_at, "inbound" if is_inbound else "outbound")
    if is_inbound:
        contact = contact_of_writer(work, message)
        message.contact_id = contact.id
        revive_by_mail(work, box, message)
        note_contact(work, box, contact)
    if message.kind == "customer":
        take_part(work, box, message, joins=False)
    # Now that its deal is known, its words may be an answer to that deal's quote.
    work.emit(events.MAIL_PROVEN, ("message", message.id), box_id=box.id)


def _answers_to(work: Work, message: Message) -> list[Message]:
    if message.message_id is None:
        return []
    thread = messages_of_thread(work.session, message.thread_id)
    return [one for one in thread if one.id != message.id and message.message_id in one.reference_ids]


def _set_apart(work: Work, moved: list[Message], box: Box) -> None:
    """Give some mails of a thread a thread of their own, which no header joins to the old one again."""
    first, old_id = moved[0], moved[0].thread_id
    ids = {one.id for one in moved}
    staying = [one for one in messages_of_thread(work.session, old_id) if one.id not in ids]
    thread = Thread(id=draw_id(work.session, Thread.__table__), box_id=box.id)
    for one in moved:
        one.thread = thread
    work.session.flush()
    if staying:
        work.session.merge(ThreadsApart(first_id=first.id, second_id=staying[0].id))
    own_ids = [one.message_id for one in moved if one.message_id]
    drop_keys(work.session, old_id, [mid_hash(own_id) for own_id in own_ids])
    keys = keys_of(work.session, keys_of_thread(work.session, old_id))
    for one in moved:
        named = [name for name in (one.message_id, *one.reference_ids) if name]
        note_keys(work, one, [mid_hash(name) for name in named], keys)
    write_keys(work, keys)


def remember_filing(
    work: Work, sender: str, box: Box | None, message: Message | None, *, is_wanted: bool = False
) -> None:
    """Remember that mail of a sender, or of a @domain, goes to a box; without one it is ignored, or never noise."""
    row = {
        "sender": sender,
        "box_id": box.id if box else None,
        "is_wanted": is_wanted,
        "made_by": work.actor.removeprefix("user:"),
        "made_at": work.now,
        "message_id": message.id if message else None,
    }
    columns = ("box_id", "is_wanted", "made_by", "made_at", "message_id")
    insert_or_change(work.session, Filing.__table__, [row], *columns)
    work.emit(events.FILING_REMEMBERED, ("filing", 0), box_id=box.id if box else None, sender=sender)


def forget_filing(work: Work, sender: str) -> bool:
    """Take back what was said of a sender; False if nothing was."""
    known = work.session.get(Filing, sender)
    if known is None:
        return False
    work.session.delete(known)
    work.session.flush()
    work.emit(events.FILING_FORGOTTEN, ("filing", 0), box_id=known.box_id, sender=sender)
    return True
