"""Tickets: opened for a known customer, with their deal, and moved through their steps (RN-1, RN-2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.base.months import days_later_in_month
from inboxcrm.base.settings_tickets import TicketKind
from inboxcrm.base.work import Work
from inboxcrm.crm import events
from inboxcrm.crm.box import note_contact, start_box
from inboxcrm.crm.deal_name import fill_name, name_deal
from inboxcrm.crm.opportunity import open_opportunity
from inboxcrm.crm.roles.store import people_in_role
from inboxcrm.crm.tickets.records import Ticket
from inboxcrm.crm.tickets.store import ticket_of_box

if TYPE_CHECKING:
    from inboxcrm.crm.records import Box, Contact, Opportunity

TICKET = "ticket"  # the kind of its box
SIGNATORY = "signatory"


class TicketIncomplete(Refused):
    """A ticket without its company, contact or name gets no document; says by which word each is said (RN-1)."""

    def __init__(self, box: Box, missing: list[str]) -> None:
        super().__init__(
            f"{box.name or 'the ticket'} has no {' and no '.join(missing)} yet, and gets no document before; "
            "say it, such as: company: Acme AS, signatory: kari@acme.example"
        )


def ticket_kind(work: Work, name: str) -> TicketKind:
    """Give the [[ticket]] of a name. Raises Refused."""
    found = next((one for one in work.settings.ticket if one.name == name), None)
    if found is None:
        known = ", ".join(one.name for one in work.settings.ticket) or "none"
        raise Refused(f"config.toml declares no [[ticket]] {name!r}; there is {known}")
    return found


def open_ticket(work: Work, kind: TicketKind, contact: Contact, owner: str) -> Box:
    """Open a ticket for a customer; the customer's one signatory, if he is known, is its contact."""
    organization = contact.organization
    company = organization.name if organization else contact.name
    box = start_box(work, kind=TICKET, name=fill_name(kind.title, {"company": company}), contact=contact)
    box.owner = owner
    work.session.flush()
    signing = people_in_role(work.session, SIGNATORY, box.id, box.organization_id)
    if len(signing) == 1:
        box.contact, box.contact_id = signing[0], signing[0].id
    note_contact(work, box, contact)
    work.session.add(Ticket(box_id=box.id, kind=kind.name, step=kind.steps[0], opened_at=work.now))
    work.session.flush()
    work.emit(events.TICKET_OPENED, ("box", box.id), box_id=box.id, kind=kind.name, name=box.name)
    return box


def open_ticket_deal(
    work: Work, box: Box, kind: TicketKind, *, units: int | None, before: int | None
) -> Opportunity:
    """Make the deal of a ticket on its box; what it is about is so many of a unit, which is no money (RN-2, V9).

    It closes so many days from today, but within this month.
    """
    deal = open_opportunity(
        work,
        box,
        name=name_deal(work, box, kind.deal),
        owner=box.owner or work.settings.manager.key,
        stage=kind.stage or work.settings.pipeline_of(kind.deal).stage[0].name,
        kind=kind.deal,
    )
    today = work.now.astimezone(work.settings.company.zone).date()
    deal.close_on = days_later_in_month(today, kind.close_days)
    deal.unit, deal.units, deal.units_before = kind.unit, units, before
    return deal


def move_ticket(work: Work, box: Box, step: str) -> str:
    """Move a ticket to another of its steps, forward or back; give the step at which it stood. Raises Refused."""
    ticket = ticket_of_box(work.session, box.id)
    if ticket is None:
        raise Refused(f"{box.name} is no ticket")
    steps = ticket_kind(work, ticket.kind).steps
    if step not in steps:
        raise Refused(f"{step!r} is no step of {box.name}; they are {', '.join(steps)}")
    old, ticket.step = ticket.step, step
    if old != step:
        work.emit(events.TICKET_MOVED, ("box", box.id), box_id=box.id, old=old, new=step)
    return old


def check_complete(box: Box) -> None:
    """Pass unless the box is a ticket without its company, its contact or its name. Raises TicketIncomplete."""
    if box.kind != TICKET:
        return
    parts = {"company": box.organization_id, "contact": box.contact_id, "name": box.name.strip()}
    if missing := [what for what, value in parts.items() if not value]:
        raise TicketIncomplete(box, missing)
