"""The organization box: made when an organization gets its second deal, linked with all of them (OP-6, IN-4).

Whoever looks holds the organization's row, so that of two second deals at the same moment one makes the box and the
other finds it; a unique key would refuse a second one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.changes import Changes
from inboxcrm.base.work import Event, Work
from inboxcrm.crm import events
from inboxcrm.crm.box import start_box
from inboxcrm.crm.linking.store import (
    ORGANIZATION,
    add_link,
    boxes_with_home,
    lock_organization,
    note_home_made,
    note_organization_box,
    organization_box_of,
    waking_deals_of,
)
from inboxcrm.crm.store import WITH_DEAL, box_by_id

if TYPE_CHECKING:
    from inboxcrm.crm.records import Box, Opportunity, Organization


def link_deals(work: Work, event: Event) -> None:
    """React to a deal that was made or woken, or whose organization became known: see to its organization box."""
    if event.box_id is not None:
        link_deals_of_box(work, box_by_id(work.session, event.box_id))


def link_deals_of_box(work: Work, box: Box) -> None:
    """See that the organization of a box has its organization box if it has two deals; a third adds only a link."""
    if box.organization_id is None or box.is_asleep or box.kind not in WITH_DEAL:
        return
    link_deals_of(work, lock_organization(work.session, box.organization_id), Changes(work.session))


def link_deals_of(work: Work, organization: Organization, changes: Changes) -> None:
    """Link all deals of an organization, whose row is held, with its organization box; two deals make one."""
    deals = waking_deals_of(work.session, organization.id)
    home = organization_box_of(work.session, organization.id)
    if home is None and len(deals) < 2:
        return
    if home is None:
        home = _make(work, organization, deals)
        note_home_made(changes, home.id)
    known = boxes_with_home(work.session, [deal.box_id for deal in deals])
    for deal in deals:
        if deal.box_id not in known:
            add_link(changes, deal.box_id, home.id)
            work.emit(
                events.BOX_LINKED,
                ("box", home.id),
                box_id=deal.box_id,
                home=home.id,
                name=home.name,
                deal=deal.name,
            )


def _make(work: Work, organization: Organization, deals: list[Opportunity]) -> Box:
    """Make the organization box; it is whose the first deal is."""
    home = start_box(work, kind=ORGANIZATION, name=organization.name, contact=None, organization=organization)
    home.owner = deals[0].owner
    work.session.flush()
    note_organization_box(work.session, organization.id, home.id)
    return home
