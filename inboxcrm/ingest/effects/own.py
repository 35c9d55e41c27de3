"""A letter of ours that came back to a mailbox of ours."""

from __future__ import annotations

from inboxcrm.base.work import Work
from inboxcrm.ingest.records import Message
from inboxcrm.mail.incoming import Incoming
from inboxcrm.outbox.letter import note_sent
from inboxcrm.outbox.store import letter_by_message_id, lock_letter


def act_on_own(work: Work, message: Message, incoming: Incoming) -> None:
    """A letter of ours that came back to a mailbox of ours has surely left."""
    letter = letter_by_message_id(work.session, message.message_id or "")
    if letter and lock_letter(work.session, letter.id).state == "uncertain":
        note_sent(work, letter)
    message.box_id = message.box_id or (letter.box_id if letter else None)
    message.acted_at = work.now
