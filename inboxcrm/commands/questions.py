"""What a rep's `yes` does, by what was asked: a literal table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from inboxcrm.base.errors import Refused
from inboxcrm.base.settings import User
from inboxcrm.base.work import Work
from inboxcrm.commands.acceptance import accept_by_rep
from inboxcrm.crm.merging.duplicate import unite_people
from inboxcrm.crm.merging.leads import join_contacts
from inboxcrm.crm.merging.told import merge_told
from inboxcrm.crm.store import box_by_id, contact_by_id
from inboxcrm.crm.ticket import ticket_kind
from inboxcrm.ingest.chosen import start_matter
from inboxcrm.ingest.offers.store import lock_message
from inboxcrm.ingest.tickets import open_for_mail, told_ticket
from inboxcrm.ingest.weave import unite_boxes
from inboxcrm.sales.kinds.invoice import retry_invoice
from inboxcrm.sales.store import lock_document


def _propose(work: Work, user: User, question: dict[str, Any]) -> str:
    """Make the deal that a known customer's mail asks for."""
    message = lock_message(work.session, int(question["message"]))
    if message.box_id is not None:
        return (
            f"that mail is on {box_by_id(work.session, message.box_id).name} already; nothing more was made"
        )
    return f"{start_matter(work, message, user).name} is a new deal of yours"


def _join(work: Work, user: User, question: dict[str, Any]) -> str:
    """Make one box of two that a mail joins."""
    first, second = (box_by_id(work.session, int(box_id)) for box_id in question["boxes"])
    if first.id == second.id:
        return f"they are one already: {first.name}"
    survivor = unite_boxes(work, first.id, second.id, is_said=True)
    if survivor is None:
        raise Refused(f"{max(first, second, key=lambda box: box.id).name} has a deal of its own and stays")
    return f"both are one now: {box_by_id(work.session, survivor).name}"


def _alias(work: Work, user: User, question: dict[str, Any]) -> str:
    """Give an address to the contact whose it is."""
    contact = contact_by_id(work.session, int(question["contact"]))
    known = contact_by_id(work.session, int(question["of"]))
    addresses = ", ".join(one.address for one in contact.addresses)
    if not addresses:
        return f"{known.name} has that address already"
    join_contacts(work, contact, known)
    return f"{addresses} is {known.name} from now on"


def _duplicate(work: Work, user: User, question: dict[str, Any]) -> str:
    """Make one customer of two who are the same, with what is open of both (LD-3)."""
    contact, known = (contact_by_id(work.session, int(number)) for number in question["contacts"])
    box, theirs = (box_by_id(work.session, int(number)) if number else None for number in question["boxes"])
    if box is None:
        raise Refused("that question names no box")
    merge = unite_people(work, contact, known, box, theirs, reason=f"{user.key} said so")
    return merge_told(work.session, merge) if merge else f"they are one already: {box.name}"


def _invoice(work: Work, user: User, question: dict[str, Any]) -> str:
    """Let an invoice go out that a rule has prepared."""
    invoice = lock_document(work.session, int(question["invoice"]))
    if not retry_invoice(work, invoice):
        raise Refused(f"that invoice is {invoice.state} already; nothing more was done")
    return "the invoice goes out within a minute"


def _ticket(work: Work, user: User, question: dict[str, Any]) -> str:
    """Open the ticket that an unsure mail was asked about; it is that of who said so (RN-1)."""
    message = lock_message(work.session, int(question["message"]))
    box, is_new = open_for_mail(work, message, ticket_kind(work, str(question["ticket"])), user)
    return told_ticket(work, box, is_new=is_new)


ACTS: dict[str, Callable[[Work, User, dict[str, Any]], str]] = {
    "accept": accept_by_rep,
    "propose": _propose,
    "join": _join,
    "alias": _alias,
    "duplicate": _duplicate,
    "invoice": _invoice,
    "ticket": _ticket,
}


def carry_out_yes(work: Work, user: User, question: dict[str, Any]) -> str:
    """Do what a question asked for; the answer says what was done, or Refused why not."""
    act = ACTS.get(str(question.get("act")))
    if act is None:
        raise Refused("that question is not answered by yes; it says how")
    return act(work, user, question)
