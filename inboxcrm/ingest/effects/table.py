"""What a filed mail does at once, in its own transaction: a lead, a touch of its box, facts for the workers.

Each effect happens once per message (`acted_at`). What speaks in a user's name waits for proof that it is his.
"""

from __future__ import annotations

from collections.abc import Callable

from inboxcrm.base.work import Work
from inboxcrm.ingest import events
from inboxcrm.ingest.bounced import act_on_bounce
from inboxcrm.ingest.effects.adopt import adopt_thread
from inboxcrm.ingest.effects.archived import act_on_archived
from inboxcrm.ingest.effects.auto_reply import act_on_auto_reply
from inboxcrm.ingest.effects.command import act_on_command
from inboxcrm.ingest.effects.customer import act_on_customer
from inboxcrm.ingest.effects.forms import act_on_form
from inboxcrm.ingest.effects.forwarded import act_on_forwarded, take_forward
from inboxcrm.ingest.effects.invitation import act_on_calendar
from inboxcrm.ingest.effects.noise import act_on_noise
from inboxcrm.ingest.effects.outbound import act_on_outbound
from inboxcrm.ingest.effects.own import act_on_own
from inboxcrm.ingest.effects.parked import act_on_unsigned
from inboxcrm.ingest.effects.proof import is_proven
from inboxcrm.ingest.records import Message
from inboxcrm.ingest.store import same_message_id
from inboxcrm.ingest.twin import COPY, proves_more
from inboxcrm.mail.incoming import Incoming

EFFECTS: dict[str, Callable[[Work, Message, Incoming], None]] = {
    "own": act_on_own,
    "bounce": act_on_bounce,
    "form": act_on_form,
    "auto-reply": act_on_auto_reply,
    "calendar": act_on_calendar,
    "command": act_on_command,
    "forwarded": act_on_forwarded,
    "outbound": act_on_outbound,
    "internal": act_on_noise,
    "bulk": act_on_noise,
    "copy": act_on_noise,
    "customer": act_on_customer,
    "ignored": act_on_noise,
    "unsigned": act_on_unsigned,
}

# What may have waited for its proof.
PROVEN_LATER: dict[str, Callable[[Work, Message, Incoming], None]] = {
    "form": act_on_form,
    "forwarded": take_forward,
    "outbound": act_on_outbound,
}


def act_on(work: Work, message: Message, incoming: Incoming, *, has_unfiled: bool) -> None:
    """Do what a new message of its kind does; `has_unfiled`: its thread may hold mail that stands on no box."""
    if message.is_archived:
        act_on_archived(work, message)
        return
    EFFECTS[message.kind](work, message, incoming)
    if message.box_id and message.kind != "form":  # the forms of one tool may be one thread, of many people
        message.thread.box_id = message.thread.box_id or message.box_id
        if has_unfiled:
            adopt_thread(work, message.thread_id, message.box_id)


def learn_proof(
    work: Work, message: Message, *, is_own_sent: bool, is_aligned: bool, incoming: Incoming
) -> None:
    """Keep the proof that another copy of a message brings; what waited for it may happen now."""
    was_proven = is_proven(message)
    message.is_own_sent = message.is_own_sent or is_own_sent
    message.is_aligned = message.is_aligned or is_aligned
    if is_proven(message) and not was_proven and not message.is_archived:
        if message.kind == COPY and not proves_more(message, same_message_id(work.session, message)):
            return  # its words were weighed with that proof already
        if message.kind in PROVEN_LATER:
            PROVEN_LATER[message.kind](work, message, incoming)
            if message.box_id and message.kind == "forwarded":
                adopt_thread(work, message.thread_id, message.box_id)
        work.emit(events.MAIL_PROVEN, ("message", message.id), box_id=message.box_id)
