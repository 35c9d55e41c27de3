"""Questions about what came out of an old system."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, union_all, update
from sqlalchemy.orm import Session

from inboxcrm.base.among import among
from inboxcrm.crm.importing.records import DormantDeal, Imported, ImportedNote
from inboxcrm.crm.records import Contact, ContactAddress, Organization

MOST_NOTES = 500
_ORGANIZATION = (
    Organization.id,
    Organization.name,
    Organization.name_key,
    Organization.domain,
    Organization.kind,
    Organization.legal_name,
    Organization.invoice_address,
    Organization.country,
    Organization.vat_number,
)
_CONTACT = (Contact.id, Contact.name, Contact.phone, Contact.title, Contact.organization_id)


def targets_of(session: Session, source: str, kind: str, keys: Iterable[str]) -> dict[str, int]:
    """Give the records that rows of an old system became, by their keys there."""
    wanted = set(keys)
    if not wanted:
        return {}
    query = select(Imported.key, Imported.target_id).where(Imported.source == source, Imported.kind == kind)
    return dict(session.execute(query.where(among(session, Imported.key, wanted))).all())


def still_here(session: Session, kind: str, targets: Iterable[int]) -> set[int]:
    """Give those of the records of a kind that have not been erased since."""
    table: Any = {"company": Organization, "contact": Contact, "deal": DormantDeal}[kind]
    wanted = set(targets)
    return set(session.scalars(select(table.id).where(among(session, table.id, wanted)))) if wanted else set()


def contacts_with_dormant_deal(session: Session, contacts: Iterable[int]) -> set[int]:
    """Give those of the contacts for whom `pending_deals_of` gives a deal; one question."""
    wanted = list(contacts)
    if not wanted:
        return set()
    sleeps = (DormantDeal.state == "pending", DormantDeal.box_id.is_(None))
    own = select(DormantDeal.contact_id).where(among(session, DormantDeal.contact_id, wanted), *sleeps)
    joined = select(Contact.merged_into).join(DormantDeal, DormantDeal.contact_id == Contact.id)
    of_joined = joined.where(among(session, Contact.merged_into, wanted), *sleeps)
    company = select(Contact.id).join(DormantDeal, DormantDeal.organization_id == Contact.organization_id)
    of_company = company.where(among(session, Contact.id, wanted), DormantDeal.contact_id.is_(None), *sleeps)
    return {one for one in session.scalars(union_all(own, of_joined, of_company)) if one is not None}


def pending_deals_of(session: Session, contact: Contact) -> list[DormantDeal]:
    """Give the open deals of a contact that still sleep, and those of his company that have no contact; locked.

    Whoever turned out to be this contact is this contact (LD-4).
    """
    joined = select(Contact.id).where(Contact.merged_into == contact.id)
    of_company = (DormantDeal.organization_id == contact.organization_id) & DormantDeal.contact_id.is_(None)
    query = select(DormantDeal).where(
        (DormantDeal.contact_id == contact.id) | DormantDeal.contact_id.in_(joined) | of_company,
        DormantDeal.state == "pending",
        DormantDeal.box_id.is_(None),
    )
    return list(session.scalars(query.order_by(DormantDeal.id).with_for_update()))


def due_deal_ids(session: Session, now: datetime, limit: int) -> list[int]:
    """Give the deals whose time to wake has come, the earliest first."""
    query = select(DormantDeal.id).where(DormantDeal.box_id.is_(None), DormantDeal.wake_at <= now)
    return list(session.scalars(query.order_by(DormantDeal.wake_at, DormantDeal.id).limit(limit)))


def lock_sleeping_deal(session: Session, deal_id: int) -> DormantDeal | None:
    """Take a deal for this transaction alone; None if there is none, or it is awake."""
    query = select(DormantDeal).where(DormantDeal.id == deal_id, DormantDeal.box_id.is_(None))
    return session.scalar(query.with_for_update())


def dormant_deals(session: Session, words: str = "", limit: int = 50) -> list[DormantDeal]:
    """Give deals that sleep, those that wake first before the others; only those with these words in their name."""
    query = select(DormantDeal).where(DormantDeal.box_id.is_(None), DormantDeal.state != "lost")
    if words:
        query = query.where(func.lower(DormantDeal.name).contains(words.lower(), autoescape=True))
    order = (DormantDeal.wake_at.is_(None), DormantDeal.wake_at, DormantDeal.id)
    return list(session.scalars(query.order_by(*order).limit(limit)))


def count_dormant(session: Session) -> dict[tuple[str, str | None], int]:
    """Count the deals that sleep, by their state and owner."""
    query = select(DormantDeal.state, DormantDeal.owner, func.count()).where(DormantDeal.box_id.is_(None))
    rows = session.execute(query.group_by(DormantDeal.state, DormantDeal.owner))
    return {(state, owner): count for state, owner, count in rows}


def source_of(session: Session, kind: str, target_id: int) -> tuple[str, str]:
    """Give the system and the key there of a record that was taken in; two empty texts if it was not."""
    query = select(Imported.source, Imported.key).where(
        Imported.kind == kind, Imported.target_id == target_id
    )
    found = session.execute(query.limit(1)).first()
    return (found[0], found[1]) if found else ("", "")


def notes_for(session: Session, deal: DormantDeal) -> list[ImportedNote]:
    """Give the notes about a deal, and those about its person or company alone, the oldest first; the newest 500."""
    about = ImportedNote.deal_id == deal.id
    alone = ImportedNote.deal_id.is_(None)
    if deal.contact_id:
        about |= alone & (ImportedNote.contact_id == deal.contact_id)
    if deal.organization_id:
        of_company = ImportedNote.organization_id == deal.organization_id
        about |= alone & of_company & ImportedNote.contact_id.is_(None)
    query = select(ImportedNote).where(about).order_by(ImportedNote.written_at.desc(), ImportedNote.id.desc())
    return list(reversed(session.scalars(query.limit(MOST_NOTES)).all()))


# Who and what is here already, asked once a batch: by address, telephone, domain, normal form of a name (LD-3).


def organizations_called(
    session: Session, domains: Iterable[str], keys: Iterable[str]
) -> list[dict[str, Any]]:
    """Give the organizations with one of these registrable domains or normal forms of a name, the first known first."""
    query = select(*_ORGANIZATION).where(Organization.merged_into.is_(None)).order_by(Organization.id)
    found = dict[int, dict[str, Any]]()
    for column, wanted in ((Organization.domain, set(domains)), (Organization.name_key, set(keys))):
        if wanted:
            rows = session.execute(query.where(among(session, column, wanted)))
            found.update((row["id"], dict(row)) for row in rows.mappings())
    return [found[number] for number in sorted(found)]


def contacts_at(session: Session, addresses: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Give the contacts of those of the addresses that belong to one; one row for each contact."""
    query = select(ContactAddress.address, *_CONTACT).join(Contact, Contact.id == ContactAddress.contact_id)
    rows, found = dict[int, dict[str, Any]](), dict[str, dict[str, Any]]()
    for row in session.execute(
        query.where(among(session, ContactAddress.address, set(addresses)))
    ).mappings():
        values = dict(row)
        address = values.pop("address")
        found[address] = rows.setdefault(values["id"], values | {"is_reached": True})
    return found


def contacts_calling_from(session: Session, phones: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """Give the contacts of these telephone numbers (E.164), with whether a mail address of theirs is known."""
    addresses = select(func.count()).where(ContactAddress.contact_id == Contact.id).scalar_subquery()
    query = select(*_CONTACT, addresses.label("is_reached")).where(Contact.merged_into.is_(None))
    found = dict[str, list[dict[str, Any]]]()
    for row in session.execute(query.where(among(session, Contact.phone, set(phones)))).mappings():
        found.setdefault(row["phone"], []).append(dict(row) | {"is_reached": bool(row["is_reached"])})
    return found


def sleeping_deals(session: Session, numbers: Iterable[int]) -> dict[int, DormantDeal]:
    """Give those of the deals that sleep."""
    query = select(DormantDeal).where(
        among(session, DormantDeal.id, set(numbers)), DormantDeal.box_id.is_(None)
    )
    return {deal.id: deal for deal in session.scalars(query)}


def change_rows(session: Session, table: Any, rows: list[dict[str, Any]]) -> None:
    """Give rows of a table new values; each names its id and what changes."""
    if rows:
        session.execute(update(table), rows)
