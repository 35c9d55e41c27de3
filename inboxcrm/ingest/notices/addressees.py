"""Whom an answer to a customer's mail goes to: its writer, and everybody outside who was on it (P16)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inboxcrm.crm.store import contact_by_id, first_address
from inboxcrm.ingest.answering import headers_of
from inboxcrm.mail.incoming import Address

if TYPE_CHECKING:
    from inboxcrm.base.work import Work
    from inboxcrm.ingest.records import Message

CUSTOMERS = ("customer", "copy")
MOST_IN_COPY = 30


@dataclass(frozen=True, slots=True)
class Addressees:
    """Who is answered, and who outside gets a copy; `asks_for`: the mail asks for answers to another address."""

    to: Address
    cc: tuple[Address, ...] = ()
    asks_for: str = ""


def addressees_of(work: Work, message: Message) -> Addressees | None:
    """Give whom an answer goes to; None if nobody outside is known.

    A form, what one of us forwarded, and what one of us wrote are answered to their contact alone.
    """
    if message.kind not in CUSTOMERS:
        contact = contact_by_id(work.session, message.contact_id) if message.contact_id else None
        if contact is None or not contact.addresses:
            return None
        return Addressees(Address(contact.name, first_address(contact)))
    writer = Address(message.sender_name, message.sender)
    wanted = _reply_to(work, message)
    to = wanted or writer
    left_out = {to.address, writer.address}
    rest = [Address("", one) for one in message.outside if one not in left_out]
    return Addressees(to, tuple(rest[:MOST_IN_COPY]), wanted.address if wanted else "")


def _reply_to(work: Work, message: Message) -> Address | None:
    """Give the address outside to which the mail asks answers to go, if it is another than its sender's."""
    headers = headers_of(work.session, message)
    asked = headers.reply_to if headers else ()
    outside = [one for one in asked if not work.settings.is_inside(one.address)]
    return outside[0] if outside and outside[0].address != message.sender else None
