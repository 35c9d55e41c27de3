"""Support and sales hand over by mail: a forwarded ticket is a lead of support, a copy to support is noted (OP-17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.store import events_about
from inboxcrm.crm import events
from inboxcrm.mail.envelope import delivered_to

if TYPE_CHECKING:
    from inboxcrm.base.settings import Settings
    from inboxcrm.base.work import Work
    from inboxcrm.ingest.records import Message
    from inboxcrm.mail.forward import Forwarded
    from inboxcrm.mail.incoming import Incoming

SOURCE = "Support"


def is_ticket(settings: Settings, forward: Forwarded, sender: str) -> bool:
    """Tell whether what was forwarded had been written to support, or support itself has forwarded it."""
    support = set(settings.support.addresses)
    if not support:
        return False
    original = forward.original
    wrote_to = [*forward.to, *forward.cc, *((*original.to, *original.cc) if original else ())]
    return sender in support or any(one.address in support for one in wrote_to)


def note_handover(work: Work, message: Message, incoming: Incoming) -> None:
    """Note once, on the box, that a rep's mail to a customer went to support too, also as a hidden copy.

    A hidden copy shows in the rep's own Sent copy, or in the one that was delivered to support if that came first.
    """
    support = set(work.settings.support.addresses)
    if not support or message.box_id is None or message.is_archived or message.sender in support:
        return
    told = support & {*message.recipients, *delivered_to(incoming)}
    known = events_about(work.session, "message", message.id)
    if not told or any(event.kind == events.HANDED_OVER for event in known):
        return
    work.emit(
        events.HANDED_OVER,
        ("message", message.id),
        box_id=message.box_id,
        by=message.sender,
        to=sorted(told),
        subject=message.subject[:300],
    )
