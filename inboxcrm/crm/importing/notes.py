"""Notes and activities of a batch; an activity that is not done is the next action of its deal."""

from __future__ import annotations

from typing import Any

from inboxcrm.base.store import draw_id, insert_rows
from inboxcrm.crm.importing.batch import Batch
from inboxcrm.crm.importing.deals import is_reachable, note_next_actions
from inboxcrm.crm.importing.records import ImportedNote
from inboxcrm.crm.importing.rows import Entry
from inboxcrm.crm.store import contact_ids


def write_notes(batch: Batch) -> None:
    """Take the rows of a batch in as notes."""
    entries = batch.new_entries()
    linked = {kind: batch.linked(entries, kind) for kind in ("company", "contact", "deal")}
    people = contact_ids(
        batch.work.session, {a for one in entries if (a := one.values.get("contact_address"))}
    )
    rows, actions = [], []
    for entry in entries:
        if not all(batch.is_whole(entry, kind, found) for kind, found in linked.items()):
            continue
        if not is_reachable(batch, entry, people):
            continue
        row = _row(batch, entry, linked, people)
        rows.append(row)
        values = entry.values
        if row["deal_id"] and values.get("due_on") and not values.get("is_done"):
            actions.append((row["deal_id"], row["text"], values["due_on"]))
        batch.keep(entry, "created", row["id"])
    insert_rows(batch.work.session, ImportedNote.__table__, rows)
    note_next_actions(batch.work, actions)


def _row(
    batch: Batch, entry: Entry, linked: dict[str, dict[str, int]], people: dict[str, int]
) -> dict[str, Any]:
    values = entry.values
    contact_id = linked["contact"].get(values.get("contact_key", ""))
    return {
        "id": draw_id(batch.work.session, ImportedNote.__table__),
        "kind": values.get("kind") or batch.kind,
        "deal_id": linked["deal"].get(values.get("deal_key", "")),
        "contact_id": contact_id or people.get(values.get("contact_address", "")),
        "organization_id": linked["company"].get(values.get("company_key", "")),
        "author": values.get("author", ""),
        "written_at": values.get("at"),
        "text": values["text"],
        "created_at": batch.work.now,
    }
