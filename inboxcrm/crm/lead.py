"""Leads: made from a stranger's first mail, assigned in turn, answered, converted (LD-1 to LD-9)."""

from __future__ import annotations

from datetime import datetime

from inboxcrm.base.own_time import next_business_day_of
from inboxcrm.base.store import draw_id
from inboxcrm.base.work import Work
from inboxcrm.crm import events
from inboxcrm.crm.absence import stand_in
from inboxcrm.crm.box import start_box
from inboxcrm.crm.conversion import complete_customer, value_of
from inboxcrm.crm.first_contact import watch_first_contact
from inboxcrm.crm.lead_moves import RE_CONTACT
from inboxcrm.crm.lead_moves import move_lead as move_lead  # others name it from here
from inboxcrm.crm.opportunity import open_opportunity
from inboxcrm.crm.records import Box, Contact, Lead, Opportunity
from inboxcrm.crm.store import lead_of_box, open_tasks_of_box
from inboxcrm.crm.task import add_task, finish_task

REVIVED = "Somebody wrote of whose lead you said that it comes back later (LD-2)."
RECYCLED = "You said that this lead comes back then (LD-10)."
SELLING_ROLES = ("account_manager", "sdr")
OWNING_ROLES = (*SELLING_ROLES, "sales_director", "team_lead")  # who may have a lead or deal, and file mail


def make_lead(
    work: Work,
    contact: Contact,
    *,
    name: str,
    need: str,
    source: str,
    lead_type: str = "",
    campaign: str = "",
    is_by_mail: bool = False,
) -> Lead:
    """Make a lead with its box for a person who asked something of us (IN-2, IN-8).

    `is_by_mail`: a mail of his made it, so that it is one matter with others that mail makes of his company.
    """
    box = start_box(work, kind="lead", name=name, contact=contact)
    lead = Lead(
        id=draw_id(work.session, Lead.__table__),
        box=box,
        box_id=box.id,
        source=source,
        type=lead_type or None,
        campaign=campaign or None,
        is_by_mail=is_by_mail or source == "Email",
        need=need[:5000],
        state="New",
        created_at=work.now,
    )
    work.session.add(lead)
    work.emit(
        events.LEAD_CREATED,
        ("lead", lead.id),
        box_id=box.id,
        name=box.name,
        source=source,
        type=lead.type,
        campaign=lead.campaign,
    )
    return lead


def describe_lead(work: Work, lead: Lead, field: str, value: str) -> str:
    """Say of a lead another source, type or campaign; give what it was before (IN-8)."""
    old = str(getattr(lead, field) or "")
    if old != value:
        setattr(lead, field, value)
        work.emit(events.LEAD_CHANGED, ("lead", lead.id), box_id=lead.box_id, field=field, old=old, new=value)
    return old


def assign_lead(work: Work, lead: Lead, owner: str) -> None:
    """Give a new lead to a rep."""
    move_lead(work, lead, "Assigned")
    lead.owner = lead.box.owner = owner
    watch_first_contact(work, lead)
    work.emit(events.LEAD_ASSIGNED, ("lead", lead.id), box_id=lead.box_id, owner=owner)


def start_lead(work: Work, lead: Lead, owner: str) -> None:
    """Bring a lead to In Process by the legal moves, one event each; a New one becomes the owner's first."""
    if lead.state == "New":
        assign_lead(work, lead, owner)
    if lead.state in ("Assigned", "Recycled"):
        move_lead(work, lead, "In Process")


def answer_lead(work: Work, box: Box, user: str, at: datetime | None = None) -> None:
    """Note a human answer at a moment: the first makes a lead the answerer's if nobody's, and In Process (LD-1, LD-2).

    Of a lead that came back it is the first one after the mail that brought it back.
    """
    lead = lead_of_box(work.session, box.id)
    if lead is None:
        return
    is_first = lead.answered_at is None
    if not is_first and (lead.revived_at is None or (at or work.now) < lead.revived_at):
        return
    lead.answered_at = lead.answered_at or work.now
    if lead.state in ("New", "Assigned"):
        start_lead(work, lead, user)
    for task in open_tasks_of_box(work.session, box.id, "first contact"):
        finish_task(work, task)
    if is_first:
        work.emit(events.LEAD_ANSWERED, ("lead", lead.id), box_id=box.id, user=user)


def recycle_lead(work: Work, lead: Lead, *, by: str, until: datetime, reason: str) -> None:
    """Let a lead rest until a moment, when its owner is to write again; by the legal moves, one event each (LD-10)."""
    if lead.state in ("New", "Assigned"):
        start_lead(work, lead, by)
    move_lead(work, lead, "Recycled", reason[:500] or None)
    lead.recontact_at = until
    for task in open_tasks_of_box(work.session, lead.box_id, "first contact"):
        finish_task(work, task, state="dropped")
    who = lead.box.contact.name if lead.box.contact else "them"
    add_task(
        work,
        lead.box,
        RE_CONTACT,
        f"Write to {who} again: {lead.box.name}",
        owner=lead.owner or by,
        due_at=until,
        why=f"{RECYCLED} {reason}".strip(),
    )


def revive_lead(work: Work, box: Box, at: datetime, message_id: int | None = None) -> bool:
    """Bring a Recycled lead back because its contact wrote at a moment; its owner is to answer (LD-2)."""
    if box.is_open or box.kind != "lead":
        return False
    lead = lead_of_box(work.session, box.id)
    if lead is None or lead.state != "Recycled":
        return False
    move_lead(work, lead, "In Process")
    lead.revived_at = at
    who = box.contact.name if box.contact else "them"
    owner = work.settings.user_by_key(lead.owner or "") or work.settings.manager
    there = stand_in(work.session, work.settings, owner, work.now)
    add_task(
        work,
        box,
        "first contact",
        f"Answer {who}: {box.name}",
        owner=there.key,
        due_at=next_business_day_of(work.settings, there, work.now),
        why=REVIVED,
    )
    work.emit(events.LEAD_REVIVED, ("lead", lead.id), box_id=box.id, message=message_id)
    return True


def convert_lead(work: Work, lead: Lead, *, by: str, name: str, is_quoted: bool = True) -> Opportunity:
    """Qualify a lead and make its opportunity on the same box, so that mails and tasks follow (LD-9).

    Its company is a customer's if that is because of a quote, and not only because it is worth one.
    """
    start_lead(work, lead, by)
    move_lead(work, lead, "Converted")
    box = lead.box
    complete_customer(work, lead)
    box.kind, box.name = "opportunity", name[:300]
    if box.organization and is_quoted and box.organization.kind == "prospect":
        box.organization.kind = "customer"
    for task in open_tasks_of_box(work.session, box.id, "first contact"):
        finish_task(work, task)
    owner = lead.owner or by
    deal = open_opportunity(work, box, name=name, owner=owner, lead_id=lead.id)
    if value := value_of(work, lead):
        deal.amount_minor, deal.currency = value.minor, value.currency
    return deal
