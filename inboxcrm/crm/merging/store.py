"""Questions about merges, and about who else could be meant (LD-3, LD-4). Each looks in an index."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session, joinedload

from inboxcrm.base.among import among
from inboxcrm.crm.merging.records import Merge
from inboxcrm.crm.records import Box, BoxContact, Contact, Lead, Organization

MOST = 20  # of one kind: who has more namesakes than that is not known by his name


def merge_by_id(session: Session, merge_id: int) -> Merge | None:
    """Give a merge."""
    return session.get(Merge, merge_id)


def parts_of_merge(session: Session, merge_id: int) -> list[Merge]:
    """Give the merges that were made by the way of another one, the last first."""
    return list(session.scalars(select(Merge).where(Merge.part_of == merge_id).order_by(Merge.id.desc())))


def later_merge(session: Session, merge: Merge) -> Merge | None:
    """Give the last merge of the same records that came after one, and holds still."""
    query = _about(merge.kind, [merge.survivor_id, merge.loser_id])
    own = or_(Merge.part_of.is_(None), Merge.part_of != merge.id)
    query = query.where(Merge.id > merge.id, Merge.undone_at.is_(None), own)
    return session.scalar(query.order_by(Merge.id.desc()).limit(1))


def last_merge_of(session: Session, kind: str, record_id: int) -> Merge | None:
    """Give the last merge of a record that holds still and was made for itself."""
    query = _about(kind, [record_id]).where(Merge.undone_at.is_(None), Merge.part_of.is_(None))
    return session.scalar(query.order_by(Merge.id.desc()).limit(1))


def merges_into(session: Session, kind: str, survivor_id: int) -> list[Merge]:
    """Give the merges that a record has survived and that hold still, oldest first."""
    query = select(Merge).where(Merge.kind == kind, Merge.survivor_id == survivor_id)
    return list(session.scalars(query.where(Merge.undone_at.is_(None)).order_by(Merge.id)))


def was_taken_apart(session: Session, pairs: Iterable[tuple[str, int, int]]) -> bool:
    """Tell whether somebody has said that two records are not one, by undoing their merge: (kind, one, the other)."""
    is_pair = [
        and_(Merge.kind == kind, Merge.survivor_id == one, Merge.loser_id == other)
        for kind, first, second in pairs
        for one, other in ((first, second), (second, first))
    ]
    query = select(Merge.id).where(or_(*is_pair), Merge.undone_at.is_not(None))
    return session.scalar(query.limit(1)) is not None


def lead_with_people(session: Session, box_id: int) -> Lead | None:
    """Give the lead of a box with its person and company, in one question."""
    query = select(Lead).where(Lead.box_id == box_id)
    whole = joinedload(Lead.box).joinedload(Box.contact).joinedload(Contact.organization)
    return session.scalar(query.options(whole))


def merged_boxes(session: Session, box_id: int) -> list[int]:
    """Give the boxes that became part of a box."""
    return list(session.scalars(select(Box.id).where(Box.merged_into == box_id).order_by(Box.id)))


def namesakes(session: Session, contact: Contact, organizations: Iterable[int]) -> list[Contact]:
    """Give others with the same name in these organizations, whoever they have become."""
    wanted = list(organizations)
    if contact.name_key is None or not wanted:
        return []
    is_asked = among(session, Contact.organization_id, wanted)
    return _people(session, contact, Contact.name_key == contact.name_key, is_asked)


def same_phone(session: Session, contact: Contact) -> list[Contact]:
    """Give others with the same telephone number, whoever they have become."""
    return _people(session, contact, Contact.phone == contact.phone) if contact.phone else []


def _people(session: Session, contact: Contact, *conditions: object) -> list[Contact]:
    query = select(Contact).where(*conditions, Contact.id != contact.id)  # type: ignore[arg-type]
    found = list(session.scalars(query.order_by(Contact.id).limit(MOST)))
    into = [one.merged_into for one in found if one.merged_into]
    survivors = session.scalars(select(Contact).where(among(session, Contact.id, into))) if into else ()
    people = {one.id: one for one in [*found, *survivors] if one.merged_into is None and one.id != contact.id}
    return [people[number] for number in sorted(people)]


def companies_named_alike(session: Session, organization: Organization) -> list[int]:
    """Give the organizations whose name is the same but for its spelling and legal form; its own is among them."""
    if organization.name_key is None:
        return [organization.id]
    query = select(Organization.id).where(Organization.name_key == organization.name_key)
    found = session.scalars(query.order_by(Organization.id).limit(MOST))
    return sorted({organization.id, *found})


def open_boxes_of(session: Session, contacts: Iterable[int]) -> dict[int, list[Box]]:
    """Give the open boxes of people, the oldest first, by the contact who takes part."""
    wanted = sorted(contacts)
    is_open = (Box.is_open, ~Box.is_asleep, Box.merged_into.is_(None))
    own = select(Box.contact_id, Box).where(among(session, Box.contact_id, wanted), *is_open)
    part = select(BoxContact.contact_id, Box).join(Box, Box.id == BoxContact.box_id)
    part = part.where(among(session, BoxContact.contact_id, wanted), *is_open)
    found: dict[int, dict[int, Box]] = {number: {} for number in wanted}
    for query in (own, part):
        for number, box in session.execute(query.limit(MOST * 5)):
            found[number or 0][box.id] = box
    return {number: [boxes[one] for one in sorted(boxes)] for number, boxes in found.items()}


def boxes_of_company(session: Session, organization_id: int, limit: int) -> list[Box]:
    """Give the newest open boxes of an organization."""
    query = select(Box).where(Box.organization_id == organization_id, Box.is_open, Box.merged_into.is_(None))
    return list(session.scalars(query.order_by(Box.id.desc()).limit(limit)))


def _about(kind: str, records: list[int]) -> Select[Merge]:
    is_one = or_(Merge.survivor_id.in_(records), Merge.loser_id.in_(records))
    return select(Merge).where(Merge.kind == kind, is_one)
