"""Tells who delivers that a deal is won: the project is started and its kick-off mail written, once (OP-16)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inboxcrm.base.money import Money
from inboxcrm.base.work import Event, Work
from inboxcrm.crm.project import start_project
from inboxcrm.crm.store import opportunity_by_id
from inboxcrm.mail.incoming import Address
from inboxcrm.outbox.letter import Plan, write_letter
from inboxcrm.sales.store import documents_of_box

if TYPE_CHECKING:
    from inboxcrm.crm.projects.records import Project
    from inboxcrm.crm.records import Opportunity

KIND = "kick_off"


def kick_off(work: Work, event: Event) -> None:
    """React to a won deal: start its project, and mail the configured address alone, if there is one."""
    deal = opportunity_by_id(work.session, event.subject_id)
    project = start_project(work, deal)
    address = work.settings.delivery.address
    if project is None or not address:
        return
    write_letter(
        work,
        Plan(
            kind=KIND,
            dedupe=f"{KIND}:{project.id}",
            account=work.settings.house_account.address,
            to=[Address("", address)],
            subject=f"Kick-off: {deal.name}",
            facts=_facts(work, deal, project),
            box_id=deal.box_id,
        ),
    )


def _facts(work: Work, deal: Opportunity, project: Project) -> dict[str, Any]:
    box, rep = deal.box, work.settings.user_by_key(deal.owner)
    organization = box.organization
    orders = documents_of_box(work.session, box.id, "order")
    order = orders[-1] if orders else None
    return {
        "deal": deal.name,
        "box_id": box.id,
        "company": (organization.legal_name or organization.name) if organization else "",
        "address": list(organization.invoice_address or ()) if organization else [],
        "amount": str(Money(deal.amount_minor, deal.currency)) if deal.amount_minor is not None else "",
        "order": (order.number or "") if order else "",
        "reference": (order.reference or "") if order else "",
        "lines": [
            {"quantity": one["quantity"], "description": one["description"]}
            for one in (order.lines if order else [])
        ],
        "people": project.stakeholders,
        "rep": {"name": rep.name, "address": rep.address} if rep else {"name": deal.owner, "address": ""},
    }
