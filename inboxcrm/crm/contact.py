"""A person's addresses and telephone number, as one of us says them (OP-14); what mails said keeps its source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.crm import events
from inboxcrm.crm.records import ContactAddress
from inboxcrm.crm.store import contact_by_address, forget_people

if TYPE_CHECKING:
    from inboxcrm.crm.records import Contact


class AddressTaken(Refused):
    """An address that somebody has already; names him."""

    def __init__(self, address: str, holder: Contact, *, is_same: bool) -> None:
        company = f" of {holder.organization.name}" if holder.organization else ""
        whose = (
            "his already"
            if is_same
            else f"the address of {holder.name}{company} (contact {holder.id}) already"
        )
        super().__init__(f"{address} is {whose}; nothing was changed")


def add_address(work: Work, contact: Contact, address: str, box_id: int | None) -> None:
    """Give a contact a further address, by which he is known from now on. Raises AddressTaken."""
    if holder := contact_by_address(work.session, address):
        raise AddressTaken(address, holder, is_same=holder.id == contact.id)
    old = [one.address for one in contact.addresses]
    row = ContactAddress(address=address, contact_id=contact.id, is_first=not old)
    work.session.add(row)
    work.session.flush()
    work.session.expire(contact, ["addresses"])
    forget_people(work.session)
    _emit(work, contact, box_id, "addresses", old, [one.address for one in contact.addresses])


def set_phone(work: Work, contact: Contact, phone: str, box_id: int | None) -> str:
    """Say a contact's telephone number (E.164); give what it was before."""
    old, contact.phone = contact.phone or "", phone
    if old != phone:
        _emit(work, contact, box_id, "phone", old, phone)
    return old


def _emit(work: Work, contact: Contact, box_id: int | None, field: str, old: object, new: object) -> None:
    subject = ("contact", contact.id)
    work.emit(
        events.CONTACT_CHANGED,
        subject,
        box_id=box_id,
        is_quiet=True,
        name=contact.name,
        field=field,
        old=old,
        new=new,
    )
