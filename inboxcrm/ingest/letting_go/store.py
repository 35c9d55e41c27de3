"""Takes what our people wrote to us off a box that is going to be undone (EM-4): it is about no box, as before.

What a customer wrote, or we to him, stays where it lies, and the box with it.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.ingest.records import Message, Thread
from inboxcrm.outbox.store import let_letters_go

TO_US = frozenset(("command", "own"))  # commands, and our notices and receipts


def let_go_of_box(session: Session, box_id: int, *, leave: frozenset[int] = frozenset()) -> None:
    """Let mails to us, but for those of `leave`, and threads of nothing else, be on this box no more."""
    session.flush()
    query = select(Message).where(Message.box_id == box_id)
    mails = [mail for mail in session.scalars(query) if mail.id not in leave]
    if any(mail.kind not in TO_US for mail in mails):
        return
    let_letters_go(session, box_id)
    ours = {mail.thread_id for mail in mails}
    for thread in session.scalars(select(Thread).where(Thread.box_id == box_id)):
        if thread.id in ours:
            thread.box_id = None
    for mail in mails:
        mail.box_id = None
    session.flush()
