"""A mail server's word that somebody did not get a mail: put on the letter, if it proves that it speaks of one (L2)."""

from __future__ import annotations

from inboxcrm.base.work import Work
from inboxcrm.crm.store import box_by_id
from inboxcrm.crm.task import add_task
from inboxcrm.ingest.effects.noise import act_on_noise
from inboxcrm.ingest.records import Message
from inboxcrm.mail.bounce.read import read_bounce
from inboxcrm.mail.incoming import Incoming
from inboxcrm.outbox.bounced import likely_letter_id, note_bounces


def act_on_bounce(work: Work, message: Message, incoming: Incoming) -> None:
    """Mark the recipients of our letter that it names, and tell the owner of the box; else it is only kept.

    Neither the returned mail nor the notice is read for anything but addresses, codes and ids.
    """
    if bounce := read_bounce(incoming):
        if returned := note_bounces(work, bounce.original_ids, bounce.recipients):
            message.match_how = f"it returns our letter {returned.letter_id}"
            if returned.box_id is not None:
                _tell_owner(work, message, returned.box_id, returned.told)
        else:
            names = {name for failed in bounce.recipients for name in failed.names}
            if likely := likely_letter_id(work, names):
                message.match_how = (
                    f"likely about our letter {likely}, but it bears none of its ids: only kept"
                )
    act_on_noise(work, message, incoming)


def _tell_owner(work: Work, message: Message, box_id: int, told: tuple[tuple[int, str], ...]) -> None:
    """One task for each recipient, however often the server says it."""
    box = box_by_id(work.session, box_id)
    message.box_id = message.box_id or box.id
    for recipient_id, words in told:
        owner = box.owner or work.settings.manager.key
        add_task(work, box, "bounce", words, owner=owner, due_at=work.now, occasion=f"bounced:{recipient_id}")
