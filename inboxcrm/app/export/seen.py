"""What of each table one of our people may see in an export: what lies on boxes that he sees, in every file (MG-6).

The question itself is `Sight`'s; here is only how a row of each table leads to its box, its person or its owner.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from inboxcrm.app.export import store
from inboxcrm.base.database import Session
from inboxcrm.crm.access import Matter
from inboxcrm.sales.access import Sight

Row = Mapping[str, Any]


class Shows(Protocol):
    """Tells whether a row of a table is shown; `left_out` are the tables of which nothing is, and why."""

    @property
    def left_out(self) -> Mapping[str, str]:
        """Tables that do not stand in the export."""

    def __call__(self, table: str, row: Row, /) -> bool:
        """Tell whether a row is shown."""


@dataclass(frozen=True, slots=True)
class Everything:
    """For whoever sees everything."""

    left_out: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, _table: str, _row: Row, /) -> bool:
        """Show it."""
        return True


@dataclass(frozen=True, slots=True)
class SeenAlone:
    """For one who sees some boxes: their numbers, and those of what hangs on them."""

    sight: Sight
    boxes: set[int]
    ids: Mapping[str, set[int]]  # by table: lead, opportunity, document, letter, contact, organization
    left_out: Mapping[str, str]

    def __call__(self, table: str, row: Row, /) -> bool:
        """Tell whether a row of one of the tables of SEEN_BY is shown."""
        return SEEN_BY[table](self, row)


def _own_number(seen: SeenAlone, row: Row) -> bool:
    return row["id"] in seen.boxes


def _by_box(seen: SeenAlone, row: Row) -> bool:
    return row["box_id"] in seen.boxes


def _by(column: str, table: str) -> Callable[[SeenAlone, Row], bool]:
    return lambda seen, row: row[column] in seen.ids[table]


def _both_boxes(seen: SeenAlone, row: Row) -> bool:
    return row["box_id"] in seen.boxes and row["linked_id"] in seen.boxes


def _mail(seen: SeenAlone, row: Row) -> bool:
    if row["box_id"] is not None:
        return row["box_id"] in seen.boxes
    return seen.sight.sees_mail(None, (row["sender"], *row["recipients"]))


def _to_him_or_by_box(seen: SeenAlone, row: Row) -> bool:
    return row["box_id"] in seen.boxes if row["box_id"] is not None else seen.sight.sees_on(None, row["user"])


def _role(seen: SeenAlone, row: Row) -> bool:
    is_here = row["box_id"] == 0 or row["box_id"] in seen.boxes  # 0: at his company, for every deal
    return is_here and row["contact_id"] in seen.ids["contact"]


def _field(seen: SeenAlone, row: Row) -> bool:
    return row["record_id"] in seen.ids[row["record"]]


def _sleeping(seen: SeenAlone, row: Row) -> bool:
    if row["box_id"] is not None:
        return row["box_id"] in seen.boxes
    return seen.sight.sees_matter(Matter("opportunity", row["owner"]))


def _old_note(seen: SeenAlone, row: Row) -> bool:
    if row["deal_id"] is not None:
        return row["deal_id"] in seen.ids["dormant_deal"]
    return (
        row["contact_id"] in seen.ids["contact"]
        if row["contact_id"]
        else row["organization_id"] in seen.ids["organization"]
    )


# How a row leads to what decides; of a table that is not here nothing is shown.
SEEN_BY: dict[str, Callable[[SeenAlone, Row], bool]] = {
    "box": _own_number,
    "box_contact": _by_box,
    "box_guest": _by_box,
    "box_link": _both_boxes,
    "box_party": _by_box,
    "box_tag": _by_box,
    "ticket": _by_box,
    "webhook_call": _by_box,
    "sequence_run": _by_box,
    "organization_box": _by_box,
    "lead": _by_box,
    "qualification": _by("lead_id", "lead"),
    "first_contact": _by("lead_id", "lead"),
    "opportunity": _by_box,
    "notification": _by("opportunity_id", "opportunity"),
    "owed_answer": _by_box,
    "project": _by("opportunity_id", "opportunity"),
    "task": _by_box,
    "meeting": _by_box,
    "phone_call": _by_box,
    "handover": _by_box,
    "technical_question": _by_box,
    "document": _by_box,
    "evidence": _by("document_id", "document"),
    "payment": _by("invoice_id", "document"),
    "letter": _to_him_or_by_box,
    "letter_line": _by("letter_id", "letter"),
    "letter_recipient": _by("letter_id", "letter"),
    "attempt": _by("letter_id", "letter"),
    "suppression": _by("letter_id", "letter"),
    "waiting_notice": _to_him_or_by_box,
    "message": _mail,
    "event": _by_box,
    "contact": _by("id", "contact"),
    "contact_address": _by("contact_id", "contact"),
    "contact_role": _role,
    "field_value": _field,
    "organization": _by("id", "organization"),
    "organization_domain": _by("organization_id", "organization"),
    "dormant_deal": _sleeping,
    "imported_note": _old_note,
}
_INSIDE = "how the system itself works; only the export of everything has it"
_OF_ALL = "of people and boxes together; only the export of everything has it"
OTHERS: dict[str, str] = dict.fromkeys(
    ("absence", "change_set", "erased_address", "filing", "imported", "merge", "snippet", "threads_apart"),
    _OF_ALL,
) | dict.fromkeys(("thread", "location", "command_mail"), _INSIDE)


def left_out_for_one() -> dict[str, str]:
    """Give the tables of which one who does not see everything gets nothing, and why."""
    return {name: OTHERS.get(name, _INSIDE) for name in store.table_names() if name not in SEEN_BY}


def shown_to(session: Session, sight: Sight) -> Shows:
    """Give what decides of each row whether it is shown to whoever looks."""
    if sight.sees_all:
        return Everything()
    boxes = sight.ids_of_seen_boxes()
    ids = store.ids_on_boxes(session, boxes)
    seen = SeenAlone(sight, boxes, ids, left_out_for_one())
    ids["letter"] = {row["id"] for row in store.letter_owners(session) if _to_him_or_by_box(seen, row)}
    ids["dormant_deal"] = {row["id"] for row in store.dormant_owners(session) if _sleeping(seen, row)}
    return seen
