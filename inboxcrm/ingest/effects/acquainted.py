"""One of us wrote to somebody new and put the CRM's address on it: he is known from then on (IN-5)."""

from __future__ import annotations

from inboxcrm.base.work import Work
from inboxcrm.crm.people import find_or_make_contact
from inboxcrm.crm.store import contact_by_address
from inboxcrm.ingest.offers.store import note_known
from inboxcrm.ingest.records import Message
from inboxcrm.mail.automatic import automatic_kind
from inboxcrm.mail.envelope import delivered_to
from inboxcrm.mail.incoming import Address, Incoming
from inboxcrm.mail.parse import parse_headers

MOST = 10  # a mailing to many is no acquaintance


def make_acquaintance(work: Work, message: Message, incoming: Incoming) -> None:
    """Make contacts of the outsiders whom a proven mail of ours went to, if our address is on it in any way."""
    named = [one.address for one in (*incoming.to, *incoming.cc)]
    if not any(work.settings.is_account_address(one) for one in (*named, *delivered_to(incoming))):
        return
    outside = [one for one in (*incoming.to, *incoming.cc) if not work.settings.is_inside(one.address)]
    if len(outside) > MOST:
        return
    for person in outside:
        if not _is_machine(person):
            if contact_by_address(work.session, person.address) is None:
                note_known(work, [person.address], message.received_at)
            contact = find_or_make_contact(work, person.address, person.name)
            message.contact_id = message.contact_id or contact.id


def _is_machine(person: Address) -> bool:
    return automatic_kind(parse_headers(f"From: <{person.address}>\r\n".encode())) is not None
