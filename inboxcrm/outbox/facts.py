"""The columns behind the facts of letters that rules see."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from inboxcrm.outbox.records import Letter

LETTER: dict[str, Any] = {
    "box_id": Letter.box_id,
    "kind": Letter.kind,
    "state": Letter.state,
    "subject": Letter.subject,
    "error": Letter.error,
    "document_id": Letter.document_id,
    "is_outside": Letter.is_outside,
}
LETTER_ID: Any = Letter.id


def select_letters(columns: dict[str, Any]) -> Any:
    """Select letters with these columns; the first one is the id."""
    return select(Letter.id, *columns.values())
