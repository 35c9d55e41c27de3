"""Boxes: what happened on them last, and notes."""

from __future__ import annotations

from datetime import datetime

from inboxcrm.base.database import Session
from inboxcrm.base.store import draw_id
from inboxcrm.base.work import Work
from inboxcrm.crm import events
from inboxcrm.crm.lead_moves import archive_lead
from inboxcrm.crm.records import Box, Contact, Organization
from inboxcrm.crm.store import (
    add_guest,
    add_participant,
    lead_of_box,
    note_box,
    opportunity_of_box,
)


def start_box(
    work: Work,
    *,
    kind: str,
    name: str,
    contact: Contact | None,
    organization: Organization | None = None,
    is_asleep: bool = False,
) -> Box:
    """Make an open box of a kind, of a contact and his organization unless another one is named."""
    organization = organization or (contact.organization if contact else None)
    box = Box(
        id=draw_id(work.session, Box.__table__),
        kind=kind,
        name=name[:300],
        contact=contact,
        contact_id=contact.id if contact else None,
        organization=organization,
        organization_id=organization.id if organization else None,
        opened_at=work.now,
        last_activity_at=work.now,
        is_open=True,
        is_asleep=is_asleep,
    )
    work.session.add(box)
    note_box(work.session, box)
    return box


def touch_box(box: Box, at: datetime, direction: str) -> None:
    """Note that mail or a call went in or out, or that a call reached nobody; mail may arrive in any order."""
    box.last_activity_at = max(box.last_activity_at, at)
    if direction == "inbound":
        box.last_inbound_at = max(box.last_inbound_at or at, at)
    elif direction == "outbound":
        box.last_outbound_at = max(box.last_outbound_at or at, at)


def note_contact(work: Work, box: Box, contact: Contact) -> None:
    """Note that a person takes part on a box, once."""
    add_participant(work.session, box, contact)


def note_guest(work: Work, box: Box, address: str) -> None:
    """Note that one of us wrote on a box to somebody unknown: he takes part once he is known (V3)."""
    add_guest(work.session, box, address)


def add_note(work: Work, box: Box, text: str) -> None:
    """Keep a user's own words on a box; no customer ever sees them."""
    work.emit(events.NOTE_ADDED, ("box", box.id), box_id=box.id, text=text[:20000])


def dismiss_lead(work: Work, box: Box, reason: str) -> None:
    """Let a lead go that was none; a box with a deal on it stays."""
    lead = lead_of_box(work.session, box.id)
    if lead is None or opportunity_of_box(work.session, box.id) is not None or not box.is_open:
        return
    archive_lead(work, lead, reason)


def both_by_mail(session: Session, first: Box, second: Box) -> bool:
    """Tell whether two boxes are leads that mail made, of one company or person; others were told apart by somebody."""
    leads = [lead_of_box(session, box.id) for box in (first, second)]
    return all(lead is not None and lead.is_by_mail for lead in leads)
