"""Roles of people: on one deal, or at their organization for every deal (OP-14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.crm import events
from inboxcrm.crm.box import note_contact
from inboxcrm.crm.roles.store import EVERYWHERE, add_role, has_role, remove_role
from inboxcrm.crm.ticket import SIGNATORY, TICKET

if TYPE_CHECKING:
    from inboxcrm.crm.records import Box, Contact


def give_role(work: Work, box: Box, contact: Contact, role: str, *, is_everywhere: bool) -> bool:
    """Note a role of a person, who takes part on the deal from now on; tell whether that is new."""
    place = _place(contact, box, is_everywhere=is_everywhere)
    work.session.flush()
    if has_role(work.session, contact.id, role, place):
        return False
    add_role(work.session, contact.id, role, place)
    note_contact(work, box, contact)
    if box.kind == TICKET and role == SIGNATORY:  # who signs is whom its papers go to (RN-2)
        box.contact, box.contact_id = contact, contact.id
    _emit(work, box, contact, role, place, old=None, new=role)
    return True


def take_role(work: Work, box: Box, contact: Contact, role: str, *, is_everywhere: bool) -> None:
    """Take a role away. Raises Refused if the person does not have it there."""
    place = _place(contact, box, is_everywhere=is_everywhere)
    if not has_role(work.session, contact.id, role, place):
        where = contact.organization.name if is_everywhere and contact.organization else box.name
        raise Refused(f"{contact.name} is not {role} of {where}")
    remove_role(work.session, contact.id, role, place)
    _emit(work, box, contact, role, place, old=role, new=None)


def _place(contact: Contact, box: Box, *, is_everywhere: bool) -> int:
    if is_everywhere and contact.organization is None:
        raise Refused(
            f"{contact.name} belongs to no company; say the role of this deal alone, without `always`"
        )
    return EVERYWHERE if is_everywhere else box.id


def _emit(
    work: Work, box: Box, contact: Contact, role: str, place: int, *, old: str | None, new: str | None
) -> None:
    where = "every deal" if place == EVERYWHERE else "this deal"
    work.emit(
        events.CONTACT_CHANGED,
        ("contact", contact.id),
        box_id=box.id,
        is_quiet=True,
        name=contact.name,
        field="role",
        where=where,
        old=old,
        new=new,
    )
