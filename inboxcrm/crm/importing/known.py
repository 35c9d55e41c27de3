"""Who and what is here already, asked once a batch: by address, telephone, domain, normal form of a name (LD-3)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inboxcrm.base.among import among
from inboxcrm.crm.records import Contact, ContactAddress, Organization

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
