"""Questions for boxes and people by words."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from inboxcrm.base.columns import is_row_number
from inboxcrm.crm.records import Box, BoxContact, Contact, ContactAddress, Organization


def boxes_by_name(session: Session, words: str) -> list[Box]:
    """Give the boxes whose name holds these words, or whose number they are."""
    if is_row_number(words):
        found = session.get(Box, int(words))
        return [found] if found else []
    words = words.replace("\0", "").strip()  # no database can look for it, and SQLite ends the words at it
    if not words:
        return []
    return list(
        session.scalars(select(Box).where(Box.name.icontains(words, autoescape=True)).order_by(Box.id))
    )


def boxes_of_person(session: Session, contact_id: int) -> list[Box]:
    """Give all boxes on which somebody takes part, open or closed."""
    part = select(BoxContact.box_id).where(BoxContact.contact_id == contact_id)
    query = select(Box).where(or_(Box.contact_id == contact_id, Box.id.in_(part)))
    return list(session.scalars(query.order_by(Box.id)))


def people_by_words(session: Session, words: str, limit: int) -> list[Contact]:
    """Give the contacts whose name, address or company holds these words."""
    query = (
        select(Contact)
        .outerjoin(Organization, Organization.id == Contact.organization_id)
        .where(
            Contact.merged_into.is_(None),
            or_(
                Contact.name.icontains(words, autoescape=True),
                Organization.name.icontains(words, autoescape=True),
                Contact.addresses.any(ContactAddress.address.contains(words.lower(), autoescape=True)),
            )
        )
    )
    return list(session.scalars(query.order_by(Contact.id).limit(limit)))
