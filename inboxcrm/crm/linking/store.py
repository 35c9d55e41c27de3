"""Questions for organization boxes and their deals."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.base.among import among
from inboxcrm.base.changes import Changes
from inboxcrm.crm.linking.records import BoxLink, BoxParty, OrganizationBox
from inboxcrm.crm.records import Box, Opportunity, Organization

END_USER = "end user"
ORGANIZATION = "organization"  # the kind of the box and of the link


def lock_organization(session: Session, organization_id: int) -> Organization:
    """Give an organization that no other transaction can give boxes to meanwhile."""
    query = select(Organization).where(Organization.id == organization_id)
    return session.scalars(query.with_for_update()).one()


def organization_box_of(session: Session, organization_id: int) -> Box | None:
    """Give the organization box of an organization."""
    query = select(Box).join(OrganizationBox, OrganizationBox.box_id == Box.id)
    return session.scalar(query.where(OrganizationBox.organization_id == organization_id))


def note_organization_box(session: Session, organization_id: int, box_id: int) -> None:
    """Write down the organization box; a second one is refused by the database."""
    session.add(OrganizationBox(organization_id=organization_id, box_id=box_id))
    session.flush()


def waking_deals_of(session: Session, organization_id: int) -> list[Opportunity]:
    """Give all deals of an organization, closed ones too, but no renewal that sleeps (RN-9)."""
    query = select(Opportunity).join(Box, Box.id == Opportunity.box_id)
    query = query.where(Box.organization_id == organization_id, ~Box.is_asleep, Box.merged_into.is_(None))
    return list(session.scalars(query.order_by(Opportunity.id)))


def boxes_with_home(session: Session, boxes: Iterable[int]) -> set[int]:
    """Give those of these boxes that belong to an organization box."""
    query = select(BoxLink.box_id).where(BoxLink.kind == ORGANIZATION)
    return set(session.scalars(query.where(among(session, BoxLink.box_id, boxes))))


def linked_boxes(session: Session, box_id: int) -> set[int]:
    """Give the boxes that belong to an organization box."""
    query = select(BoxLink.box_id).where(BoxLink.linked_id == box_id, BoxLink.kind == ORGANIZATION)
    return set(session.scalars(query))


def home_of(session: Session, box_id: int) -> Box | None:
    """Give the organization box to which a deal belongs."""
    query = select(Box).join(BoxLink, BoxLink.linked_id == Box.id)
    return session.scalar(query.where(BoxLink.box_id == box_id, BoxLink.kind == ORGANIZATION))


def add_link(changes: Changes, box_id: int, home_id: int) -> None:
    """Let a deal belong to an organization box, once."""
    changes.add_link(BoxLink.__table__, {"box_id": box_id, "kind": ORGANIZATION, "linked_id": home_id})


def drop_link(changes: Changes, box_id: int, home_id: int) -> None:
    """Let a deal no longer belong to an organization box."""
    changes.drop_link(BoxLink.__table__, {"box_id": box_id, "kind": ORGANIZATION, "linked_id": home_id})


def drop_organization_box(changes: Changes, organization_id: int, box_id: int) -> None:
    """Let a box be an organization's box no more."""
    changes.drop_link(OrganizationBox.__table__, {"organization_id": organization_id, "box_id": box_id})


def note_home_made(changes: Changes, box_id: int) -> None:
    """Note that an organization box was made."""
    changes.note_made(Box.__table__, box_id, [OrganizationBox.__tablename__])


def party_of(session: Session, box_id: int, kind: str) -> Organization | None:
    """Give the organization with a part in a deal."""
    query = select(Organization).join(BoxParty, BoxParty.organization_id == Organization.id)
    return session.scalar(query.where(BoxParty.box_id == box_id, BoxParty.kind == kind))


def set_party(session: Session, box_id: int, kind: str, organization_id: int) -> None:
    """Write down which organization has a part in a deal, in the place of another one."""
    row = session.get(BoxParty, (box_id, kind))
    if row is None:
        session.add(BoxParty(box_id=box_id, kind=kind, organization_id=organization_id))
    else:
        row.organization_id = organization_id
    session.flush()


def deals_linked_to(session: Session, home_id: int) -> list[Opportunity]:
    """Give the deals that belong to an organization box, the oldest first."""
    query = select(Opportunity).join(BoxLink, BoxLink.box_id == Opportunity.box_id)
    query = query.where(BoxLink.linked_id == home_id, BoxLink.kind == ORGANIZATION)
    return list(session.scalars(query.order_by(Opportunity.id)))
