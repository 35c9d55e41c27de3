"""To whom a rule may write outside, and when it keeps silent (DESIGN 5 and 6; EM-8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.crm.store import first_address
from inboxcrm.ingest.store import last_customer_message, message_by_id
from inboxcrm.mail.incoming import Address
from inboxcrm.outbox.store import has_letter_to
from inboxcrm.rules.actions.shape import Occasion, box_of

if TYPE_CHECKING:
    from inboxcrm.crm.records import Box, Contact
    from inboxcrm.ingest.records import Message

KIND = "letter"
SAME = timedelta(hours=1)  # so soon after a mail was taken in, an event is because of it
ONE_A = timedelta(days=1)


class Silent(Exception):
    """Nothing may be written on this occasion, and that is no fault; the text says why."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """The contact of a box, his first address, and his last mail there."""

    box: Box
    contact: Contact
    to: Address
    told: Message | None


def addressee_of(work: Work, occasion: Occasion) -> Addressee:
    """Give to whom a rule writes: the contact of the box, and nobody who brought himself into its conversation.

    Raises Refused if there is nobody, Silent if nothing is to be written.
    """
    box = box_of(work, occasion)
    if box.contact is None:
        raise Refused(f"nobody is known on {box.name} who could be written to")
    address = first_address(box.contact)
    if work.settings.is_inside(address):
        raise Refused(f"{address} is one of us")
    told = last_customer_message(work.session, box.id)
    _check_late(occasion, told)
    if occasion.subject_kind == "message":
        _check_answered(work, box, address, message_by_id(work.session, occasion.subject_id))
    return Addressee(box, box.contact, Address(box.contact.name, address), told)


def _check_late(occasion: Occasion, told: Message | None) -> None:
    """Keep silent about mail that was taken in late: what it asks for may be long over (IN-16)."""
    event = occasion.event
    is_its_cause = told is not None and event is not None and abs(event.at - told.taken_in_at) < SAME
    if occasion.values.get("is_late") or (told is not None and told.is_late and is_its_cause):
        raise Silent("the mail was taken in more than a day after it came")


def _check_answered(work: Work, box: Box, address: str, message: Message) -> None:
    """Answer people alone, those to whom the box belongs, and nobody twice within a day."""
    if message.kind not in ("customer", "form", "forwarded"):
        raise Silent(f"a mail of the kind {message.kind} is not answered by itself")
    if message.kind == "customer" and message.contact_id != box.contact_id:
        raise Silent(f"{message.sender} is not the contact of {box.name}")
    if has_letter_to(work.session, KIND, address, work.now - ONE_A):
        raise Silent(f"{address} was written to by a rule within a day")
