"""Looks for the same person behind a new lead, before it is assigned (LD-3).

Sure is an address, a name together with a company's domain, a telephone with a name or company. Likely is a name at a
company of the same name, or a telephone alone. Two people of one company are normal, with one telephone, too: they are
shown with the box, and nobody is asked. However many contacts there are, it costs a fixed number of looks into indexes.
"""

from __future__ import annotations

from dataclasses import dataclass

from inboxcrm.base.work import Work
from inboxcrm.crm.merging.merge import merge_boxes, merge_contacts, merge_organizations
from inboxcrm.crm.merging.records import Merge
from inboxcrm.crm.merging.store import (
    companies_named_alike,
    namesakes,
    open_boxes_of,
    same_phone,
    was_taken_apart,
)
from inboxcrm.crm.records import Box, Contact, Lead, Organization


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Somebody known who may be the person of a new lead, with his newest open box.

    `is_proven_by_domain`: a proven mail of the company's domain is enough to make one person of both.
    """

    contact: Contact
    box: Box | None
    why: str
    is_sure: bool
    is_proven_by_domain: bool = False


def find_duplicate(work: Work, lead: Lead) -> Duplicate | None:
    """Give who is most surely the same person as that of a new lead; of several the one whom we know longest."""
    session, contact = work.session, lead.box.contact
    if contact is None:
        return None
    organization = contact.organization
    companies = companies_named_alike(session, organization) if organization else []
    told = {one.id: _by_name(contact, one) for one in namesakes(session, contact, companies)}
    people = {one.id: one for one in same_phone(session, contact)}
    people |= {one.contact.id: one.contact for one in told.values()}
    for person in people.values():
        by_phone = _by_phone(contact, person, companies)
        if by_phone and (person.id not in told or by_phone.is_sure > told[person.id].is_sure):
            told[person.id] = by_phone
    boxes = open_boxes_of(session, [contact.id, *told])
    own = [box for box in boxes[contact.id] if box.id != lead.box_id]
    if own and lead.owner is None:
        return Duplicate(contact, own[-1], "the same address", is_sure=True)
    found = sorted(
        told.values(), key=lambda one: (not one.is_sure, not boxes[one.contact.id], one.contact.id)
    )
    for one in found:
        theirs = [box for box in boxes[one.contact.id] if box.id != lead.box_id]
        pairs = [
            ("contact", contact.id, one.contact.id),
            *(("box", box.id, lead.box_id) for box in theirs[-1:]),
        ]
        if not was_taken_apart(session, pairs):
            return _with_box(one, theirs)
    return None


def _with_box(found: Duplicate, boxes: list[Box]) -> Duplicate:
    """Name his newest box; of several open ones a person says which is meant."""
    box = boxes[-1] if boxes else None
    is_sure = found.is_sure and len(boxes) < 2
    return Duplicate(found.contact, box, found.why, is_sure, found.is_proven_by_domain)


def _by_name(contact: Contact, other: Contact) -> Duplicate:
    if (
        other.organization_id == contact.organization_id
        and contact.organization
        and contact.organization.domain
    ):
        why = f"the same name, and both are of {contact.organization.domain}"
        return Duplicate(other, None, why, is_sure=True, is_proven_by_domain=True)
    return Duplicate(other, None, "the same name, at a company of the same name", is_sure=False)


def _by_phone(contact: Contact, other: Contact, companies: list[int]) -> Duplicate | None:
    if contact.phone is None or other.phone != contact.phone:
        return None
    if contact.name_key and contact.name_key == other.name_key:
        return Duplicate(other, None, f"the same name and telephone, {contact.phone}", is_sure=True)
    is_company = other.organization_id is not None and other.organization_id in companies
    if is_company and contact.name_key and other.name_key:
        return None  # two names behind one switchboard
    if is_company:
        return Duplicate(other, None, f"the same company and telephone, {contact.phone}", is_sure=True)
    return Duplicate(other, None, f"the same telephone, {contact.phone}", is_sure=False)


def unite_people(
    work: Work,
    contact: Contact,
    other: Contact,
    box: Box,
    theirs: Box | None,
    *,
    reason: str,
    joins: bool = True,
) -> Merge | None:
    """Make one matter of two boxes and, if it `joins`, one person of two; the older survives. One merge undoes it.

    Gives None if they are one already. Raises NotOneMatter of two deals.
    """
    merge = None
    if theirs is not None and theirs.id != box.id:
        older, younger = sorted((box, theirs), key=lambda one: one.id)
        merge = merge_boxes(work, older, younger, reason=reason)
    if joins and contact.id != other.id:
        older_one, younger_one = sorted((contact, other), key=lambda one: one.id)
        companies = older_one.organization, younger_one.organization
        joined = merge_contacts(work, older_one, younger_one, reason=reason, box_id=box.id, part_of=merge)
        merge = merge or joined
        _unite_companies(work, *companies, box, merge)
    return merge


def _unite_companies(
    work: Work, first: Organization | None, second: Organization | None, box: Box, merge: Merge
) -> None:
    """Make one company of two of the same name, if one of them is known by the name alone."""
    if first is None or second is None or first.id == second.id or first.name_key != second.name_key:
        return
    if first.domain and second.domain:
        return
    survivor, loser = (second, first) if second.domain else (first, second)
    merge_organizations(work, survivor, loser, reason=merge.reason, box_id=box.id, part_of=merge)
