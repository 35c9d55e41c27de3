"""One of us wrote to us alone: the workers read it for commands."""

from __future__ import annotations

from inboxcrm.base.work import Work
from inboxcrm.ingest import events
from inboxcrm.ingest.records import Message
from inboxcrm.mail.incoming import Incoming


def act_on_command(work: Work, message: Message, incoming: Incoming) -> None:
    """Write down that there are words to carry out; nothing is carried out here."""
    message.acted_at = work.now
    work.emit(events.COMMAND_RECEIVED, ("message", message.id), box_id=message.box_id, sender=message.sender)
