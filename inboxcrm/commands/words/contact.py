"""`address:` and `phone:`: how a customer's person is reached (OP-14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.commands.person import person_meant, read_address_of
from inboxcrm.commands.scene import Scene, box_of
from inboxcrm.crm.companies.store import domains_of
from inboxcrm.crm.contact import add_address, set_phone
from inboxcrm.crm.people import company_domain
from inboxcrm.mail.contact_numbers import read_phone

if TYPE_CHECKING:
    from inboxcrm.crm.records import Box, Contact

OF = " of "
EXAMPLES = {"address": "address: bob@other.example", "phone": "phone: +31 20 123 4567"}


def say_address(work: Work, scene: Scene) -> str:
    """Give a person a further address: `address: bob@other.example`, `address: … of Carol`."""
    box = box_of(work, scene)
    words, contact = _of_whom(work, box, scene, "address")
    address = read_address_of(words)
    if not address:
        raise Refused(
            f"{words!r} is no mail address; write such as: {EXAMPLES['address']} (where the invoice goes: invoice to …)"
        )
    if work.settings.is_inside(address):
        raise Refused(f"{address} is one of us, no customer's")
    add_address(work, contact, address, box.id)
    told = ", ".join(one.address for one in contact.addresses)
    return f"{contact.name} is known by {told}{_new_domain(work, contact, address)}"


def _new_domain(work: Work, contact: Contact, address: str) -> str:
    """Say how the address's domain becomes one of his company's, where it is not."""
    domain, organization = company_domain(address), contact.organization
    if domain is None or organization is None or domain in domains_of(work.session, organization):
        return ""
    return f"; if {domain} is {organization.name}'s too, say: domain: {domain}"


def say_phone(work: Work, scene: Scene) -> str:
    """Say a person's telephone number: `phone: 020 123 4567`, `phone: … of Carol`."""
    box = box_of(work, scene)
    words, contact = _of_whom(work, box, scene, "phone")
    phone = read_phone(words, work.settings.company.country)
    if not phone:
        raise Refused(f"{words!r} is no telephone number that can exist; write such as: {EXAMPLES['phone']}")
    old = set_phone(work, contact, phone, box.id)
    undo = f"; to undo: phone: {old}" if old and old != phone else ""
    return f"the telephone number of {contact.name} is {phone}{undo}"


def _of_whom(work: Work, box: Box, scene: Scene, word: str) -> tuple[str, Contact]:
    """Give what is said, and of whom: the box's person, unless `of` names another."""
    words, of, whom = scene.line.rest.partition(OF)
    if not words.strip():
        raise Refused(f"nothing is said; write such as: {EXAMPLES[word]}")
    if of:
        return words.strip(), person_meant(work, box, whom)
    if box.contact is None:
        raise Refused(
            f"nobody is known on {box.name}; say whose it is: {scene.line.source} of bob@acme.example"
        )
    return words.strip(), box.contact
