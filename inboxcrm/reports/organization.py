"""What `show` tells of an organization box: its open deals, how many are closed; of a deal, its box (IN-4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.database import Session
from inboxcrm.base.money import Money
from inboxcrm.crm.companies.store import people_of_organization
from inboxcrm.crm.linking.store import ORGANIZATION, deals_linked_to, home_of

if TYPE_CHECKING:
    from inboxcrm.crm.records import Box, Opportunity

MOST_PEOPLE = 20


def organization_facts(session: Session, box: Box) -> list[str]:
    """Give the lines about the deals of an organization box, or of a deal the box to which it belongs."""
    if box.kind != ORGANIZATION:
        home = home_of(session, box.id)
        return [f"organization: {home.name} (box {home.id})"] if home else []
    deals = deals_linked_to(session, box.id)
    closed = [deal for deal in deals if not deal.is_open]
    won = sum(deal.state == "Closed Won" for deal in closed)
    lines = [f"open deal: {_deal(deal)}" for deal in deals if deal.is_open]
    lines += [f"closed deals: {won} won, {len(closed) - won} lost"] if closed else []
    people = people_of_organization(session, box.organization_id or 0, MOST_PEOPLE)
    return [*lines, *([f"people: {', '.join(one.name for one in people)}"] if people else [])]


def _deal(deal: Opportunity) -> str:
    amount = str(Money(deal.amount_minor, deal.currency)) if deal.amount_minor is not None else ""
    told = ", ".join(part for part in (deal.stage, amount, f"owner {deal.owner}") if part)
    return f"{deal.name} (box {deal.box_id}): {told}"
