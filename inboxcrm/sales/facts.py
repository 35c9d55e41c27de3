"""The columns behind the facts of documents that rules see."""

from __future__ import annotations

from typing import Any

from inboxcrm.crm.facts import OPPORTUNITY, money_column, select_opportunities
from inboxcrm.crm.facts import Columns as Columns
from inboxcrm.sales.records import Document

DOCUMENT: Columns = {
    "box_id": Document.box_id,
    "kind": Document.kind,
    "number": Document.number,
    "state": Document.state,
    "reference": Document.reference,
    "currency": Document.currency,
    "net": money_column(Document.net_minor, Document.currency),
    "total": money_column(Document.total_minor, Document.currency),
    "issued_at": Document.issued_at,
    "issued_on": Document.issued_on,
    "valid_until": Document.valid_until,
    "due_on": Document.due_on,
    "finalise_at": Document.finalise_at,
    "name": OPPORTUNITY["name"],
    "owner": OPPORTUNITY["owner"],
}
DOCUMENT_ID: Any = Document.id


def select_documents(columns: Columns) -> Any:
    """Select documents with these columns; the first one is the id."""
    joined = select_opportunities({}).with_only_columns(
        Document.id, *columns.values(), maintain_column_froms=True
    )
    return joined.join(Document, Document.box_id == OPPORTUNITY["box_id"])
