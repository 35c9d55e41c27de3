"""Leads that mails show to be one matter become one by themselves (V3); all others are a person's to judge."""

from __future__ import annotations

from inboxcrm.base.work import Work
from inboxcrm.crm.merging.merge import merge_boxes, merge_contacts
from inboxcrm.crm.records import Box, Contact
from inboxcrm.crm.store import lead_of_box, opportunity_of_box


def unite_leads(work: Work, first: Box, second: Box, *, is_said: bool = False) -> Box | None:
    """Make one box of two leads of the same people; the older survives.

    Gives the survivor, or None if that is not ours to decide: another customer, unless a person has said so, or
    a deal on the younger.
    """
    older, younger = (first, second) if first.id < second.id else (second, first)
    is_same = older.contact_id == younger.contact_id or (
        older.organization_id is not None and older.organization_id == younger.organization_id
    )
    lead = lead_of_box(work.session, younger.id)
    if not (is_same or is_said) or opportunity_of_box(work.session, younger.id) or lead is None:
        return None
    reason = "somebody has said so" if is_said else "mails of theirs are one conversation"
    merge_boxes(work, older, younger, reason=reason)
    return older


def join_contacts(work: Work, contact: Contact, known: Contact) -> None:
    """Give a contact's addresses, and his part on boxes, to another one, whom he turned out to be."""
    merge_contacts(work, known, contact, reason="somebody has said so")
