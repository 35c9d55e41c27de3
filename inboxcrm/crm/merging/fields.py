"""What two records that become one have of the company's own fields (LD-4, OP-14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.changes import Changes
from inboxcrm.base.work import Work
from inboxcrm.crm.field import plain_value
from inboxcrm.crm.fields.store import add_field_row, field_rows, same_value, value_of_row

if TYPE_CHECKING:
    from inboxcrm.crm.fields.records import FieldValue


def join_fields(
    work: Work, changes: Changes, record: str, survivor_id: int, loser_id: int
) -> tuple[dict[str, str], dict[str, str]]:
    """Give the survivor the loser's values of the fields that it has none of; what was taken, and what was not."""
    rows = field_rows(work.session, [(record, survivor_id), (record, loser_id)])
    taken, kept = dict[str, str](), dict[str, str]()
    for (_, owner, name), row in sorted(rows.items()):
        if owner != loser_id:
            continue
        mine = rows.get((record, survivor_id, name))
        if mine is None:
            add_field_row(changes, row, survivor_id)
            taken[f"field {name}"] = _plain(work, row)
        elif not same_value(mine, row):
            kept[f"field {name}"] = _plain(work, row)
    return taken, kept


def _plain(work: Work, row: FieldValue) -> str:
    """Give a value as it can be said again, empty if the field is declared no more."""
    fields = [one for one in work.settings.field if (one.record, one.name) == (row.record, row.name)]
    return (plain_value(fields[0], value_of_row(row, fields[0].type)) if fields else None) or ""
