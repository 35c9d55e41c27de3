"""Questions about organizations; within a transaction each domain is asked about once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inboxcrm.base.among import among
from inboxcrm.base.columns import is_row_number
from inboxcrm.base.remembered import remembered
from inboxcrm.base.store import insert_or_ignore
from inboxcrm.crm.companies.records import OrganizationDomain
from inboxcrm.crm.records import Contact, Organization


def organization_by_id(session: Session, organization_id: int) -> Organization:
    """Give an organization."""
    return session.get_one(Organization, organization_id)


def organization_by_domain(session: Session, domain: str) -> Organization | None:
    """Give the organization of a registrable domain."""
    known = remembered(session, "organization")
    if domain not in known:
        learn_organizations(session, [domain])
    organization: Organization | None = known[domain]
    return organization


def learn_organizations(session: Session, domains: Iterable[str]) -> None:
    """Ask at once what `organization_by_domain` will be asked of these."""
    wanted, known = sorted(domains), remembered(session, "organization")
    known.update(dict.fromkeys(wanted))
    if not wanted:
        return
    query = select(Organization).where(among(session, Organization.domain, wanted))
    known.update((one.domain, merged_organization(session, one)) for one in session.scalars(query))
    known.update(session.execute(_further(session, wanted, Organization)).all())


def merged_organization(session: Session, organization: Organization) -> Organization:
    """Give an organization, or the one that it turned out to be (LD-4)."""
    into = organization.merged_into
    return session.get_one(Organization, into) if into else organization


def _further(session: Session, domains: Iterable[str], what: Any) -> Any:
    """Select what is asked of the organizations that have these as further domains; a person has said so, it counts."""
    query = select(OrganizationDomain.domain, what)
    query = query.join(Organization, Organization.id == OrganizationDomain.organization_id)
    return query.where(among(session, OrganizationDomain.domain, domains))


def note_organization(session: Session, organization: Organization) -> None:
    """Remember an organization that was made."""
    if organization.domain:
        remembered(session, "organization")[organization.domain] = organization


def forget_organizations(session: Session, domains: Iterable[str]) -> None:
    """Ask anew for the organizations of these domains."""
    known = remembered(session, "organization")
    for domain in domains:
        known.pop(domain, None)


def organizations_by_domain(session: Session, domains: Iterable[str]) -> dict[str, int]:
    """Give the organizations of those of the registrable domains that have one."""
    wanted = sorted(domains)
    query = select(Organization.domain, func.coalesce(Organization.merged_into, Organization.id))
    rows = session.execute(query.where(among(session, Organization.domain, wanted)))
    found = {str(domain): number for domain, number in rows}
    return found | dict(session.execute(_further(session, wanted, Organization.id)).all())


def add_organization_domain(session: Session, organization_id: int, domain: str) -> None:
    """Write a further domain down, unless an organization has it already."""
    row = {"domain": domain, "organization_id": organization_id}
    insert_or_ignore(session, OrganizationDomain.__table__, [row])


def domains_of(session: Session, organization: Organization) -> list[str]:
    """Give the domains of an organization, its first one first."""
    query = select(OrganizationDomain.domain).where(OrganizationDomain.organization_id == organization.id)
    further = session.scalars(query.order_by(OrganizationDomain.domain))
    return [*([organization.domain] if organization.domain else []), *further]


def organizations_by_name(session: Session, name: str) -> list[Organization]:
    """Give the organizations with this display name or legal name, capitals aside, or with this #number."""
    if name.startswith("#") and is_row_number(name[1:]):
        found = session.get(Organization, int(name[1:]))
        return [found] if found else []
    wanted = name.lower()
    query = select(Organization).where(
        (func.lower(Organization.name) == wanted) | (func.lower(Organization.legal_name) == wanted),
        Organization.merged_into.is_(None),
    )
    return list(session.scalars(query.order_by(Organization.id).limit(6)))


def children_of(session: Session, organization_id: int) -> list[Organization]:
    """Give the organizations that belong to one."""
    query = select(Organization).where(Organization.parent_id == organization_id)
    return list(session.scalars(query.order_by(Organization.name, Organization.id)))


def people_of_organization(session: Session, organization_id: int, limit: int) -> list[Contact]:
    """Give the contacts of an organization, the first known first."""
    query = select(Contact).where(Contact.organization_id == organization_id).order_by(Contact.id)
    return list(session.scalars(query.limit(limit)))


def contacts_at(session: Session, organization_ids: Iterable[int]) -> set[int]:
    """Give the numbers of all who belong to one of these organizations."""
    query = select(Contact.id).where(among(session, Contact.organization_id, sorted(organization_ids)))
    return set(session.scalars(query))
