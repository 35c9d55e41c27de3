"""Makes one record of two: boxes, contacts, organizations; what was changed is kept, so that it can be undone (LD-4).

The survivor takes what it had not; what the loser had otherwise is kept with the merge and shown. The loser's row
stays and leads to the survivor, as do its telephone number and its domain.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from inboxcrm.base.changes import Changes, references_to
from inboxcrm.base.errors import Refused
from inboxcrm.base.remembered import forget
from inboxcrm.base.store import draw_id
from inboxcrm.base.work import Work
from inboxcrm.crm import events
from inboxcrm.crm.linking.store import (
    drop_link,
    drop_organization_box,
    home_of,
    lock_organization,
    organization_box_of,
)
from inboxcrm.crm.merging.fields import join_fields
from inboxcrm.crm.merging.records import Merge
from inboxcrm.crm.organization_box import link_deals_of
from inboxcrm.crm.records import Box, BoxContact, Contact, Lead, Organization
from inboxcrm.crm.store import forget_people, lead_of_box, open_tasks_of_box, opportunity_of_box
from inboxcrm.crm.task import finish_task

# Facts stay where they happened, and are read from there; a lead stays with its box, and so does a deal.
LEFT = ("event.box_id", "lead.box_id", "opportunity.box_id")
FURTHER = ("organization.parent_id",)
LEAD_FIELDS = ("source", "type", "campaign", "need", "details")
CONTACT_FIELDS = ("name", "title", "phone", "organization_id")
COMPANY_FIELDS = ("name", "domain", "vat_number")
BILLING_FIELDS = ("legal_name", "invoice_address", "country")  # these go together
MERGEABLE = frozenset({"lead", "opportunity"})


class NotOneMatter(Refused):
    """Two records that cannot become one; says why, and what would be right."""


@dataclass(slots=True)
class _Differences:
    """What the survivor takes, and what is kept beside it."""

    taken: dict[str, Any]
    kept: dict[str, Any]

    def compare(
        self, survivor: Any, loser: Any, fields: tuple[str, ...], *, own: tuple[str, ...] = ()
    ) -> None:
        """Fill what the survivor has not from the loser; `own` are never taken over."""
        for field in fields:
            mine, theirs = getattr(survivor, field), getattr(loser, field)
            if theirs in (None, "", [], {}) or theirs == mine:
                continue
            if mine in (None, "", [], {}) and field not in own:
                setattr(survivor, field, theirs)
                self.taken[field] = theirs
            else:
                self.kept[field] = theirs

    def add(self, taken: dict[str, str], kept: dict[str, str]) -> None:
        """Add what was compared elsewhere."""
        self.taken |= taken
        self.kept |= kept


def merge_boxes(work: Work, survivor: Box, loser: Box, *, reason: str, part_of: Merge | None = None) -> Merge:
    """Make one box of two, with all that hangs on them; a loser's deal moves to a survivor that has none.

    Raises NotOneMatter of two deals, and of what is no lead or deal.
    """
    _check_boxes(work, survivor, loser)
    changes, told = Changes(work.session), _Differences({}, {})
    lead, lost = lead_of_box(work.session, survivor.id), lead_of_box(work.session, loser.id)
    deal = opportunity_of_box(work.session, loser.id)
    dropped = [
        task for task in open_tasks_of_box(work.session, loser.id) if _is_over(work, survivor, lead, task)
    ]
    changes.watch(survivor, loser, lead, lost, deal, *dropped)
    for task in dropped:
        finish_task(work, task, state="dropped")
    told.compare(survivor, loser, ("name",), own=("name",))
    _take_moments(survivor, loser)
    survivor.owner = survivor.owner or loser.owner
    if loser.organization_id is not None and survivor.organization_id is None:
        survivor.organization_id = told.taken["organization_id"] = loser.organization_id
    if lost is not None and lead is not None:
        told.compare(lead, lost, LEAD_FIELDS)
        told.add(*join_fields(work, changes, "lead", lead.id, lost.id))
    if deal is not None:
        _move_deal(work, survivor, lead, deal, told)
    elif lost is not None and lost.state not in ("Dead", "Converted"):
        lost.state, lost.reason = "Dead", f"is the same as {survivor.name}"
    return _join_boxes(work, survivor, loser, changes, told, reason, part_of)


def _join_boxes(
    work: Work, survivor: Box, loser: Box, changes: Changes, told: _Differences, reason: str,
    part_of: Merge | None,
) -> Merge:  # fmt: skip
    """Close the loser, and let all that leads to it lead to the survivor."""
    loser.is_open, loser.merged_into = False, survivor.id
    work.session.flush()
    links = [
        {"box_id": survivor.id, "contact_id": one} for one in (loser.contact_id, survivor.contact_id) if one
    ]
    for column in references_to("box", leave=LEFT):
        changes.repoint(column, loser.id, survivor.id)
    for link in links:
        changes.add_link(BoxContact.__table__, link)
    _leave_former_home(work, survivor, changes)
    return _keep(work, "box", survivor, loser, changes, told, reason, part_of, box_id=survivor.id)


def _leave_former_home(work: Work, survivor: Box, changes: Changes) -> None:
    """Let a deal that came to another company be listed by that company's box, not by the former one's (OP-6)."""
    home = home_of(work.session, survivor.id)
    if home is None or survivor.organization_id in (None, home.organization_id):
        return
    drop_link(changes, survivor.id, home.id)
    link_deals_of(work, lock_organization(work.session, survivor.organization_id), changes)


def _check_boxes(work: Work, survivor: Box, loser: Box) -> None:
    if survivor.id == loser.id:
        raise NotOneMatter(f"they are one already: {survivor.name} (box {survivor.id})")
    if not {survivor.kind, loser.kind} <= MERGEABLE:
        raise NotOneMatter(f"{survivor.name} and {loser.name} are no leads or deals, and stay as they are")
    deals = [opportunity_of_box(work.session, box.id) for box in (survivor, loser)]
    if all(deals):
        raise NotOneMatter(
            f"{survivor.name} (box {survivor.id}) and {loser.name} (box {loser.id}) are two deals"
        )


def _is_over(work: Work, survivor: Box, lead: Lead | None, task: Any) -> bool:
    """Tell whether a task of the loser is done by the survivor's: the first contact, unless that was long ago."""
    if task.kind != "first contact":
        return False
    is_coming = lead is not None and lead.state == "New"
    return is_coming or bool(open_tasks_of_box(work.session, survivor.id, "first contact"))


def _take_moments(survivor: Box, loser: Box) -> None:
    survivor.last_activity_at = max(survivor.last_activity_at, loser.last_activity_at)
    for name in ("last_inbound_at", "last_outbound_at"):
        moments = [at for box in (survivor, loser) if (at := getattr(box, name))]
        setattr(survivor, name, max(moments, default=None))
    survivor.is_asleep = survivor.is_asleep and loser.is_asleep


def _move_deal(work: Work, survivor: Box, lead: Lead | None, deal: Any, told: _Differences) -> None:
    """Put the loser's deal on the survivor, whose lead is converted by it."""
    if lead is not None and lead.state not in ("Converted", "Dead"):
        # Its moves were made by the deal's own lead; verbs would begin clocks that no undoing stops.
        lead.state, lead.owner = "Converted", lead.owner or deal.owner
        deal.lead_id = lead.id
    deal.box_id, survivor.kind = survivor.id, "opportunity"
    survivor.owner, survivor.is_open = deal.owner, deal.is_open
    told.taken["opportunity"] = deal.name
    work.session.flush()
    work.session.expire(deal, ["box"])
    forget(work.session, "found once")


def merge_contacts(
    work: Work, survivor: Contact, loser: Contact, *, reason: str, box_id: int | None = None,
    part_of: Merge | None = None,
) -> Merge:  # fmt: skip
    """Make one person of two: addresses, boxes, mails and calls move."""
    if survivor.id == loser.id:
        raise NotOneMatter(f"{survivor.name} is one person already")
    changes, told = Changes(work.session), _Differences({}, {})
    changes.watch(survivor, loser, *loser.addresses)
    for address in loser.addresses if survivor.addresses else ():
        address.is_first = False
    if survivor.name_key is None and loser.name_key is not None:
        told.taken["name"], told.kept["name"] = loser.name, survivor.name
        survivor.name = loser.name
    told.compare(survivor, loser, CONTACT_FIELDS, own=("name",))
    if told.kept.get("name") == survivor.name:
        told.kept["name"] = loser.name
    survivor.found = {**(loser.found or {}), **(survivor.found or {})} or None
    loser.merged_into = survivor.id
    work.session.flush()
    for column in references_to("contact"):
        changes.repoint(column, loser.id, survivor.id)
    told.add(*join_fields(work, changes, "contact", survivor.id, loser.id))
    work.session.expire(survivor, ["addresses", "organization"])
    work.session.expire(loser, ["addresses"])
    return _keep(work, "contact", survivor, loser, changes, told, reason, part_of, box_id=box_id)


def merge_organizations(
    work: Work, survivor: Organization, loser: Organization, *, reason: str, box_id: int | None = None,
    part_of: Merge | None = None,
) -> Merge:  # fmt: skip
    """Make one company of two: people and boxes move, and the loser's domain leads to the survivor."""
    if survivor.id == loser.id:
        raise NotOneMatter(f"{survivor.name} is one company already")
    for number in sorted((survivor.id, loser.id)):
        lock_organization(work.session, number)
    changes, told = Changes(work.session), _Differences({}, {})
    changes.watch(survivor, loser)
    home, lost_home = (organization_box_of(work.session, one.id) for one in (survivor, loser))
    if home is not None and lost_home is not None:
        drop_organization_box(changes, loser.id, lost_home.id)
    billing = () if survivor.invoice_address else BILLING_FIELDS
    told.compare(survivor, loser, COMPANY_FIELDS, own=("name", "domain"))
    told.compare(survivor, loser, BILLING_FIELDS, own=() if billing else BILLING_FIELDS)
    if loser.kind == "customer" != survivor.kind:
        survivor.kind = told.taken["kind"] = loser.kind
    loser.merged_into = survivor.id
    work.session.flush()
    for column in references_to("organization", further=FURTHER):
        changes.repoint(column, loser.id, survivor.id)
    told.add(*join_fields(work, changes, "organization", survivor.id, loser.id))
    link_deals_of(work, survivor, changes)
    merge = _keep(work, "organization", survivor, loser, changes, told, reason, part_of, box_id=box_id)
    if home is not None and lost_home is not None:
        _merge_homes(work, home, lost_home, reason, part_of or merge)
    return merge


def _merge_homes(work: Work, survivor: Box, loser: Box, reason: str, part_of: Merge) -> None:
    """Make one organization box of two, with all deals (OP-6)."""
    changes = Changes(work.session)
    changes.watch(survivor, loser)
    _take_moments(survivor, loser)
    _join_boxes(work, survivor, loser, changes, _Differences({}, {}), reason, part_of)


_EVENTS = {
    "box": events.BOX_MERGED,
    "contact": events.CONTACT_MERGED,
    "organization": events.ORGANIZATION_MERGED,
}


def _keep(
    work: Work, kind: str, survivor: Any, loser: Any, changes: Changes, told: _Differences, reason: str,
    part_of: Merge | None, *, box_id: int | None,
) -> Merge:  # fmt: skip
    """Keep a merge with what it has changed, and tell of it."""
    merge = Merge(
        id=draw_id(work.session, Merge.__table__),
        kind=kind,
        survivor_id=survivor.id,
        loser_id=loser.id,
        part_of=part_of.id if part_of else None,
        reason=reason[:300],
        changes=changes.finish(),
        taken=_plain(told.taken),
        kept=_plain(told.kept),
        actor=work.actor,
        at=work.now,
    )
    work.session.add(merge)
    work.session.flush()
    forget_records(work)
    work.emit(
        _EVENTS[kind],
        (kind, survivor.id),
        box_id=box_id,
        merged=loser.id,
        name=loser.name,
        merge=merge.id,
        reason=merge.reason,
    )
    return merge


def forget_records(work: Work) -> None:
    """Ask anew for all that a merge, or its undoing, may have changed."""
    forget_people(work.session)
    forget(work.session, "organization", "found once", "new boxes")


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()
    }
