"""A known customer's mail opens a ticket: its box, its deal, and what the mail says of counts (RN-1, RN-2).

What a mail says unsurely opens nothing: whoever has the customer is asked, and his `yes` opens it (IN-12).
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from inboxcrm.base.work import Work
from inboxcrm.crm.absence import stand_in
from inboxcrm.crm.fields.store import field_value
from inboxcrm.crm.store import box_by_id, contact_by_id, last_box_of, opportunity_of_box, task_by_occasion
from inboxcrm.crm.task import add_task, finish_task
from inboxcrm.crm.ticket import open_ticket, open_ticket_deal
from inboxcrm.crm.tickets.store import open_ticket_box_of
from inboxcrm.crm.units import told_units
from inboxcrm.ingest.filing import file_message
from inboxcrm.ingest.intents.licences import Licences, read_licences
from inboxcrm.ingest.telling import Notice, tell_user
from inboxcrm.ingest.writer import contact_of_writer, writer_of

if TYPE_CHECKING:
    from inboxcrm.base.settings import User
    from inboxcrm.base.settings_tickets import TicketKind
    from inboxcrm.crm.records import Box, Organization
    from inboxcrm.ingest.records import Message

COUNT = "licence count"
UNSURE = "What a mail says unsurely is asked, never acted on."


def intents_for(kind: TicketKind, message: Message) -> dict[str, bool]:
    """Give what of a mail's intents opens a ticket of this kind, each with whether it is sure.

    A count of licences does so only where the mail says a change: "we have 50 licences" is no wish.
    """
    found = dict[str, bool]()
    for one in message.intents:
        if one["name"] in kind.intents:
            found[str(one["name"])] = found.get(str(one["name"]), False) or bool(one["is_sure"])
    if COUNT in found and not _says_change(message):
        del found[COUNT]
    return found


def _says_change(message: Message) -> bool:
    said = _licences_of(message)
    return said.wanted is not None or said.change is not None


def _licences_of(message: Message) -> Licences:
    return read_licences(f"{message.subject}.\n\n{message.new_words}")


def open_for_mail(work: Work, message: Message, kind: TicketKind, owner: User) -> tuple[Box, bool]:
    """Put a customer's mail on his company's open ticket, else open one; give its box, and whether it is new.

    What was asked of the mail before, such as where it belongs, is answered by that.
    """
    contact = contact_of_writer(work, message)
    known = open_ticket_box_of(work.session, kind.name, contact)
    box = known or _open(work, message, kind, owner)
    file_message(work, message, box)
    for question in ("filing", "propose"):
        task = task_by_occasion(work.session, f"{question}:{message.id}")
        if task is not None and task.state == "open":
            finish_task(work, task, state="dropped")
    return box, known is None


def _open(work: Work, message: Message, kind: TicketKind, owner: User) -> Box:
    box = open_ticket(work, kind, contact_of_writer(work, message), owner.key)
    if kind.deal:
        known = _known_units(work, kind, box.organization)
        wanted, before = _licences_of(message).settled(known)
        open_ticket_deal(work, box, kind, units=wanted, before=before)
    return box


def told_ticket(work: Work, box: Box, *, is_new: bool) -> str:
    """Tell what was opened: the ticket, its deal, its counts; or on which open ticket the mail is."""
    if not is_new:
        return f"put the mail on {box.name}, which is open"
    deal = opportunity_of_box(work.session, box.id)
    if deal is None:
        return f"opened {box.name}"
    return f"opened {box.name} with {deal.name}, {told_units(deal) or 'counts unknown'}"


def ask_if_ticket(work: Work, message: Message, kind: TicketKind, owner: User) -> None:
    """Ask whether an unsure mail is what a ticket is for; `yes` opens it."""
    contact = contact_of_writer(work, message)
    box = box_by_id(work.session, message.box_id) if message.box_id else last_box_of(work.session, contact)
    if box is None:
        return
    text = f"{writer_of(work, message)} may ask for a {kind.name} by {message.subject!r}: is it one?"
    occasion = f"ticket:{message.id}"
    task = add_task(
        work,
        box,
        "question",
        text,
        owner=owner.key,
        due_at=work.now,
        why=f"{UNSURE} (IN-12)",
        question={"act": "ticket", "message": message.id, "ticket": kind.name},
        occasion=occasion,
    )
    notice = Notice(occasion, f"Is this a {kind.name}?", text, UNSURE, "IN-12", ["yes", "no"])
    tell_user(work, owner, box, message, notice, task)


def handler_of(work: Work, message: Message) -> User:
    """Give who handles a known customer's matter: who has his newest box, or who stands in; else the manager."""
    box = box_by_id(work.session, message.box_id) if message.box_id else None
    if box is None and message.contact_id:
        box = last_box_of(work.session, contact_by_id(work.session, message.contact_id))
    owner = work.settings.user_by_key(box.owner or "") if box else None
    return stand_in(work.session, work.settings, owner or work.settings.manager, work.now)


def _known_units(work: Work, kind: TicketKind, organization: Organization | None) -> int | None:
    """Give how many a customer has, as the field of the company's own says."""
    if not kind.field or organization is None:
        return None
    value = field_value(work.session, "organization", organization.id, kind.field, "number")
    return int(value) if isinstance(value, Decimal) and value == int(value) and value >= 0 else None
