"""What one of us says of an organization: names, kind, domains, parent, VAT number (OP-14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.crm import events
from inboxcrm.crm.companies.store import (
    add_organization_domain,
    forget_organizations,
    organization_by_domain,
    organization_by_id,
    organizations_by_name,
)
from inboxcrm.crm.people import make_organization

if TYPE_CHECKING:
    from inboxcrm.crm.records import Organization

DEEPEST = 20  # of parents above each other


class DomainTaken(Refused):
    """A domain by which another organization is known."""

    def __init__(self, domain: str, holder: Organization) -> None:
        super().__init__(
            f"{domain} is the domain of {holder.name} (organization {holder.id}) already; nothing was changed"
        )


class ParentCircle(Refused):
    """A parent that stands below the organization itself."""

    def __init__(self, organization: Organization, parent: Organization) -> None:
        super().__init__(f"{parent.name} belongs to {organization.name} and cannot be above it")


class NameUnclear(Refused):
    """A name that several organizations have."""

    def __init__(self, name: str, found: list[Organization]) -> None:
        names = "; ".join(
            f"#{one.id} {one.name}" + (f" ({one.domain})" if one.domain else "") for one in found
        )
        super().__init__(f"which {name}: {names}; write its number, such as: parent: #{found[0].id}")


def describe_organization(
    work: Work, organization: Organization, field: str, value: str, box_id: int | None
) -> str:
    """Say its kind, name or vat_number; give what it was before."""
    old = str(getattr(organization, field) or "")
    if old != value:
        setattr(organization, field, value)
        emit_changed(work, organization, field, old, value, box_id)
    return old


def add_domain(work: Work, organization: Organization, domain: str, box_id: int | None) -> None:
    """Let an organization be known by a further registrable domain. Raises DomainTaken."""
    holder = organization_by_domain(work.session, domain)
    if holder is not None:
        raise DomainTaken(domain, holder)
    add_organization_domain(work.session, organization.id, domain)
    forget_organizations(work.session, [domain])
    if (kept := organization_by_domain(work.session, domain)) is not None and kept.id != organization.id:
        raise DomainTaken(domain, kept)  # another transaction was faster
    emit_changed(work, organization, "domains", None, domain, box_id)


def set_parent(
    work: Work, organization: Organization, name: str, box_id: int | None
) -> tuple[str, Organization]:
    """Say to whom an organization belongs, by name or #number; make that one if nobody knows it.

    Gives the name of the former parent ("" if none) and the new one. Raises NameUnclear, ParentCircle.
    """
    parent = _organization_named(work, name)
    above: int | None = parent.id
    for _ in range(DEEPEST):
        if above == organization.id:
            raise ParentCircle(organization, parent)
        above = organization_by_id(work.session, above).parent_id if above else None
    old = organization_by_id(work.session, organization.parent_id).name if organization.parent_id else ""
    if organization.parent_id != parent.id:
        organization.parent_id = parent.id
        emit_changed(work, organization, "parent", old or None, parent.name, box_id)
    return old, parent


def _organization_named(work: Work, name: str) -> Organization:
    found = organizations_by_name(work.session, name)
    if len(found) > 1:
        raise NameUnclear(name, found)
    if not found and name.startswith("#"):
        raise Refused(f"there is no organization {name}")
    organization = found[0] if found else make_organization(work, name)
    work.session.flush()
    return organization


def emit_changed(
    work: Work, organization: Organization, field: str, old: object, new: object, box_id: int | None
) -> None:
    """Write the fact that something is said otherwise of an organization."""
    subject = ("organization", organization.id)
    work.emit(
        events.ORGANIZATION_CHANGED,
        subject,
        box_id=box_id,
        name=organization.name,
        field=field,
        old=old,
        new=new,
    )
