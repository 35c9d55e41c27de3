"""Old mail: history only (IN-16)."""

from __future__ import annotations

from inboxcrm.base.work import Work
from inboxcrm.crm.people import find_or_make_contact
from inboxcrm.ingest.records import Message


def act_on_archived(work: Work, message: Message) -> None:
    """Old mail makes contacts and history, and nothing else (IN-16)."""
    if message.kind == "customer":
        contact = find_or_make_contact(work, message.sender, message.sender_name)
        message.contact_id = contact.id
