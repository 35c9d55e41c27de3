"""Questions about organizations; within a transaction each domain is asked about once."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.base.among import among
from inboxcrm.base.remembered import remembered
from inboxcrm.crm.records import Organization


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
    query = select(Organization).where(among(session, Organization.domain, wanted))
    known.update((one.domain, one) for one in session.scalars(query))


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
    query = select(Organization.domain, Organization.id)
    rows = session.execute(query.where(among(session, Organization.domain, domains)))
    return {str(domain): number for domain, number in rows}
