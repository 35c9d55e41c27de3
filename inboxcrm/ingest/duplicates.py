"""A new lead is looked at before it is assigned: a sure duplicate becomes one with it, a likely one is asked (LD-3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.work import Event, Work
from inboxcrm.crm.merging.duplicate import Duplicate, find_duplicate, unite_people
from inboxcrm.crm.merging.store import lead_with_people
from inboxcrm.crm.merging.told import merge_told, side_told
from inboxcrm.crm.store import box_by_id, opportunity_of_box, task_by_occasion
from inboxcrm.crm.task import add_task
from inboxcrm.ingest.store import message_that_made
from inboxcrm.ingest.telling import Notice, owner_of, tell_user

if TYPE_CHECKING:
    from inboxcrm.crm.records import Box, Lead
    from inboxcrm.ingest.records import Message

SURE = "One customer has one lead; what came in twice is one, and the older stays."
ASKED = "What may be the same customer twice is said by a person, once."


def check_new_lead(work: Work, event: Event) -> None:
    """Look for duplicates of a lead that was made, once, before rules assign it."""
    if event.box_id is None:
        return
    lead = lead_with_people(work.session, event.box_id)
    if lead is None or lead.state not in ("New", "Assigned") or lead.box.merged_into:
        return
    found = find_duplicate(work, lead)
    if found is None:
        return
    message = message_that_made(work.session, lead.box_id)
    if _is_ours_to_join(work, lead, found, message):
        _join(work, lead, found, message)
    else:
        _ask(work, lead, found, message)


def _is_ours_to_join(work: Work, lead: Lead, found: Duplicate, message: Message | None) -> bool:
    """Tell whether nobody need be asked: a sure one, of a proven mail, two bare leads, and nobody has it yet.

    A name in From is anybody's to write: without proof a person says that it is the same (V10).
    """
    is_proven = message is None or message.kind != "customer" or message.is_aligned
    if not found.is_sure or not is_proven or lead.owner is not None:
        return False
    if found.box is None:
        return found.is_proven_by_domain
    return found.box.kind == "lead" and opportunity_of_box(work.session, found.box.id) is None


def _join(work: Work, lead: Lead, found: Duplicate, message: Message | None) -> None:
    box, contact = lead.box, lead.box.contact
    if contact is None:
        return
    # One person is made of two only where the domain vouches for him; else both take part on the one box.
    joins = found.is_proven_by_domain or not (contact.addresses and found.contact.addresses)
    merge = unite_people(
        work, contact, found.contact, box, found.box, reason=f"{found.why} (LD-3)", joins=joins
    )
    survivor = box_by_id(work.session, box.id)
    if merge is None or survivor.id == box.id or survivor.owner is None:
        return  # it is told with the new lead
    text = f"a new lead is the same customer, by {found.why}: {merge_told(work.session, merge)}"
    notice = Notice(
        f"duplicate:{merge.id}", "One customer, one lead", text, SURE, "LD-3", [f"unmerge {merge.id}"]
    )
    tell_user(work, owner_of(work, survivor), survivor, message, notice)


def _ask(work: Work, lead: Lead, found: Duplicate, message: Message | None) -> None:
    box, contact = lead.box, lead.box.contact
    if contact is None:
        return
    first, second = sorted((contact.id, found.contact.id))
    occasion = f"duplicate:{first}:{second}" if first != second else f"duplicate:box:{box.id}"
    if task_by_occasion(work.session, occasion):
        return
    sides = f"NEW: {side_told(work.session, contact, box)} | KNOWN: {side_told(work.session, found.contact, found.box)}"
    owner = owner_of(work, _asked_of(lead, found))
    task = add_task(
        work,
        box,
        "question",
        f"Are these one customer? {sides}",
        owner=owner.key,
        due_at=work.now,
        why=f"{found.why}: {ASKED} (LD-3)",
        question={
            "act": "duplicate",
            "contacts": [contact.id, found.contact.id],
            "boxes": [box.id, found.box.id if found.box else None],
        },
        occasion=occasion,
    )
    text = f"{found.why}. Are these one customer? {sides}"
    notice = Notice(occasion, "One customer, or two?", text, ASKED, "LD-3", ["yes", "no"])
    tell_user(work, owner, box, message, notice, task)


def _asked_of(lead: Lead, found: Duplicate) -> Box:
    """Give the box whose owner is asked: who has the lead, else who has the known one."""
    return lead.box if lead.owner or found.box is None else found.box
