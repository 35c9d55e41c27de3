"""Questions to calls and tasks that tell what was with a box at a past moment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.base.among import among
from inboxcrm.crm.records import PhoneCall, Task


class Touch(NamedTuple):
    """What moved the clocks of a box: when it was, when we knew of it, and whether in, out, neither or unsure."""

    box_id: int
    at: datetime
    known_at: datetime
    direction: str
    message_id: int | None = None


class NextAction(NamedTuple):
    """What was to be done next with a deal, from when to when."""

    opportunity_id: int
    task_id: int
    text: str
    from_at: datetime
    until_at: datetime | None


def touches_by_calls(session: Session, boxes: Iterable[int]) -> list[Touch]:
    """Give what calls have moved, each from its own time on; that the two have spoken its seconds alone tell."""
    query: Any = select(PhoneCall.box_id, PhoneCall.started_at, PhoneCall.direction, PhoneCall.seconds)
    found = []
    for box_id, at, direction, seconds in session.execute(
        query.where(among(session, PhoneCall.box_id, boxes))
    ):
        if direction == "in":
            found.append(Touch(box_id, at, at, "inbound"))
        found.append(Touch(box_id, at, at, "outbound" if seconds else "unsure"))
    return found


def next_actions(session: Session, opportunities: Iterable[int]) -> list[NextAction]:
    """Give all next actions that these deals have had, oldest first."""
    query: Any = select(Task.opportunity_id, Task.id, Task.text, Task.created_at, Task.closed_at).where(
        among(session, Task.opportunity_id, opportunities), Task.kind == "next action"
    )
    return [NextAction(*row) for row in session.execute(query.order_by(Task.id))]
