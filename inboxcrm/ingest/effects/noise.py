"""Mail that no person wrote to us: kept, with the reason."""

from __future__ import annotations

from inboxcrm.base.work import Work
from inboxcrm.ingest import events
from inboxcrm.ingest.records import Message
from inboxcrm.mail.incoming import Incoming


def act_on_noise(work: Work, message: Message, incoming: Incoming) -> None:
    """Automatic mail does nothing but be there, with its reason (IN-10)."""
    message.acted_at = work.now
    work.emit(
        events.MESSAGE_NOISE,
        ("message", message.id),
        box_id=message.box_id,
        is_quiet=True,
        noise=message.kind,
        reason=message.kind_reason,
        sender=message.sender,
    )
