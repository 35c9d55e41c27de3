"""Says in words what a merge has joined, taken over and kept (LD-4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inboxcrm.base.database import Session
from inboxcrm.crm.linking.store import ORGANIZATION
from inboxcrm.crm.merging.records import Merge
from inboxcrm.crm.merging.store import boxes_of_company, merges_into, parts_of_merge
from inboxcrm.crm.merging.undo import records_of_merge
from inboxcrm.crm.store import lead_of_box

if TYPE_CHECKING:
    from inboxcrm.crm.records import Box, Contact

MOST = 3
_NAMES = {"organization_id": "company", "invoice_address": "invoice address", "legal_name": "legal name"}


def merge_told(session: Session, merge: Merge) -> str:
    """Say what a merge joined, what was taken from where, what is kept, and how it is undone."""
    ones = [merge, *reversed(parts_of_merge(session, merge.id))]
    said = "; ".join(_joined(session, one) for one in ones)
    return f"{said}; to undo: unmerge {merge.id}"


def _joined(session: Session, merge: Merge) -> str:
    survivor, loser = records_of_merge(session, merge)
    what = {"box": "box ", "contact": "contact ", "organization": "company "}[merge.kind]
    said = f"{loser.name} ({what}{loser.id}) is one with {survivor.name} ({what}{survivor.id}) now"
    if merge.taken:
        said += f"; taken from {what}{loser.id}: {_spelled(merge.taken)}"
    if merge.kept:
        said += f"; kept beside: {_spelled(merge.kept)}"
    return said


def alternatives_told(session: Session, box: Box) -> list[str]:
    """Say what else was known under what became part of a box, of its person, and of its company."""
    records = [("box", box.id), ("contact", box.contact_id), ("organization", box.organization_id)]
    merges = [one for kind, number in records if number for one in merges_into(session, kind, number)]
    lines = []
    for one in merges:
        told = f": {_spelled(one.kept)}" if one.kept else ""
        lines.append(
            f"{one.kind} {one.loser_id} is part of it, {one.reason} (unmerge {one.part_of or one.id}){told}"
        )
    return lines


def company_told(session: Session, box: Box) -> list[str]:
    """Name other open boxes of the same company: two people of one company are normal, and worth knowing (LD-3)."""
    if box.organization_id is None or not box.is_open or box.kind == ORGANIZATION:
        return []  # an organization box lists them itself
    known = boxes_of_company(session, box.organization_id, MOST + 2)
    others = [one for one in known if one.id != box.id and one.kind != ORGANIZATION][:MOST]
    names = "; ".join(f"{one.name} (box {one.id})" for one in others)
    return [f"open besides at this company: {names}"] if others else []


def side_told(session: Session, contact: Contact, box: Box | None) -> str:
    """Say of a person what tells him from others: one side of a comparison."""
    company = contact.organization
    known = [
        contact.name,
        ", ".join(one.address for one in contact.addresses[:2]),
        company.name if company else "",
        contact.phone or "",
        _box_told(session, box) if box else "nothing open",
    ]
    return ", ".join(word for word in known if word)[:190]


def _box_told(session: Session, box: Box) -> str:
    lead = lead_of_box(session, box.id)
    state = f"lead {lead.state}" if lead and box.kind == "lead" else box.kind
    return f"{box.name[:60]!r} (box {box.id}, {state}, since {box.opened_at:%d.%m.%Y})"


def _spelled(values: dict[str, Any]) -> str:
    return ", ".join(f"{_NAMES.get(name, name)} {_value(value)}" for name, value in values.items())


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_value(one)}" for name, one in value.items())
    words = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return " ".join(words.split())[:120]
