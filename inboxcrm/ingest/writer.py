"""Who speaks in a mail: its sender, or the person in a form or a forward, which somebody else has sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.crm.people import find_or_make_contact
from inboxcrm.crm.store import contact_by_id

if TYPE_CHECKING:
    from inboxcrm.base.work import Work
    from inboxcrm.crm.records import Contact
    from inboxcrm.ingest.records import Message

SENT_BY_ANOTHER = ("form", "forwarded")


def contact_of_writer(work: Work, message: Message) -> Contact:
    """Give the contact of who wrote what a mail says; who is new is made one."""
    if message.kind in SENT_BY_ANOTHER and message.contact_id:
        return contact_by_id(work.session, message.contact_id)
    return find_or_make_contact(work, message.sender, message.sender_name)


def writer_of(work: Work, message: Message) -> str:
    """Give the address of who wrote what a mail says; the name of one who has none."""
    if message.kind not in SENT_BY_ANOTHER or message.contact_id is None:
        return message.sender
    contact = contact_by_id(work.session, message.contact_id)
    return next((one.address for one in contact.addresses), contact.name)
