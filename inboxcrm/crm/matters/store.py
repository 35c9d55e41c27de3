"""Questions about all boxes at once, for lists and exports of one who may not see all of them (MG-6)."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.crm.records import Box, Task

AT_ONCE = 2_000


def kinds_and_owners(session: Session) -> Iterator[tuple[int, str, str | None, int | None]]:
    """Give number, kind, owner, and what it became part of, of every box."""
    query = select(Box.id, Box.kind, Box.owner, Box.merged_into).order_by(Box.id)
    for row in session.execute(query.execution_options(yield_per=AT_ONCE)):
        yield row.id, row.kind, row.owner, row.merged_into


def owners_of_open_tasks(session: Session) -> dict[int, set[str]]:
    """Give by box who has an open task on it."""
    found = dict[int, set[str]]()
    query = select(Task.box_id, Task.owner).where(Task.state == "open").distinct()
    for box_id, owner in session.execute(query):
        found.setdefault(box_id, set()).add(owner)
    return found
