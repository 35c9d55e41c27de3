"""A won deal starts a project, once, with its customer and the people who take part (OP-16)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inboxcrm.base.work import Work
from inboxcrm.crm import events
from inboxcrm.crm.projects.store import insert_project
from inboxcrm.crm.roles.store import contacts_with_role_on, roles_on_box
from inboxcrm.crm.store import contact_by_id, contacts_of_box

if TYPE_CHECKING:
    from inboxcrm.base.database import Session
    from inboxcrm.crm.projects.records import Project
    from inboxcrm.crm.records import Box, Opportunity

STARTED = "started"
MOST_PEOPLE = 50


def stakeholders_of(session: Session, box: Box) -> list[dict[str, Any]]:
    """Give the people of a deal as plain values: those with roles first."""
    people = dict.fromkeys(
        [*contacts_of_box(session, box.id), *sorted(contacts_with_role_on(session, box.id))]
    )
    roles = roles_on_box(session, box.id, people)
    ordered = sorted(people, key=lambda one: (one not in roles, one != box.contact_id))[:MOST_PEOPLE]
    found = []
    for contact in (contact_by_id(session, one) for one in ordered):
        address = contact.addresses[0].address if contact.addresses else ""
        told = {"contact": contact.id, "name": contact.name, "address": address, "phone": contact.phone or ""}
        found.append(told | {"title": contact.title or "", "roles": roles.get(contact.id, [])})
    return found


def start_project(work: Work, deal: Opportunity) -> Project | None:
    """Start the project of a won deal; None if it has one, or if its kind starts none."""
    if deal.kind not in work.settings.delivery.kinds:
        return None
    project, is_new = insert_project(
        work.session,
        {
            "opportunity_id": deal.id,
            "organization_id": deal.box.organization_id,
            "state": STARTED,
            "stakeholders": stakeholders_of(work.session, deal.box),
            "created_at": work.now,
        },
    )
    if not is_new:
        return None
    work.emit(events.PROJECT_STARTED, ("project", project.id), box_id=deal.box_id, name=deal.name)
    return project
