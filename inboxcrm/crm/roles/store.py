"""Questions for the roles of contacts."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from inboxcrm.base.among import among
from inboxcrm.base.store import insert_or_ignore
from inboxcrm.crm.records import Contact
from inboxcrm.crm.roles.records import ContactRole

EVERYWHERE = 0  # the box of a role that holds at the whole organization


def add_role(session: Session, contact_id: int, role: str, box_id: int) -> None:
    """Write down a role, once."""
    row = {"contact_id": contact_id, "role": role, "box_id": box_id}
    insert_or_ignore(session, ContactRole.__table__, [row])


def people_with_roles(session: Session, contacts: Iterable[int]) -> set[tuple[int, str]]:
    """Give what these people are at their organization, for every deal."""
    query = select(ContactRole.contact_id, ContactRole.role).where(
        among(session, ContactRole.contact_id, contacts), ContactRole.box_id == EVERYWHERE
    )
    return {(contact_id, role) for contact_id, role in session.execute(query)}


def remove_role(session: Session, contact_id: int, role: str, box_id: int) -> None:
    """Take a role away."""
    session.execute(
        delete(ContactRole).where(
            ContactRole.contact_id == contact_id, ContactRole.role == role, ContactRole.box_id == box_id
        )
    )


def has_role(session: Session, contact_id: int, role: str, box_id: int) -> bool:
    """Tell whether a person has a role on a box, or everywhere for `EVERYWHERE`."""
    return session.get(ContactRole, (contact_id, role, box_id)) is not None


def roles_on_box(session: Session, box_id: int, contacts: Iterable[int]) -> dict[int, list[str]]:
    """Give the roles of these people that count on a box: those on it, and those at their organization."""
    query = select(ContactRole.contact_id, ContactRole.role).where(
        among(session, ContactRole.contact_id, contacts), ContactRole.box_id.in_((box_id, EVERYWHERE))
    )
    found = dict[int, list[str]]()
    for contact_id, role in session.execute(query.order_by(ContactRole.contact_id, ContactRole.role)):
        if role not in found.setdefault(contact_id, []):
            found[contact_id].append(role)
    return found


def people_in_role(session: Session, role: str, box_id: int, organization_id: int | None) -> list[Contact]:
    """Give who has a role on a box; if nobody has, who has it at the organization for every deal."""
    query = select(Contact).join(ContactRole, ContactRole.contact_id == Contact.id).order_by(Contact.id)
    query = query.where(ContactRole.role == role)
    on_it = list(session.scalars(query.where(ContactRole.box_id == box_id)))
    if on_it or organization_id is None:
        return on_it
    return list(
        session.scalars(
            query.where(ContactRole.box_id == EVERYWHERE, Contact.organization_id == organization_id)
        )
    )


def contacts_with_role_on(session: Session, box_id: int) -> set[int]:
    """Give the people who have any role on a box."""
    return set(session.scalars(select(ContactRole.contact_id).where(ContactRole.box_id == box_id)))
