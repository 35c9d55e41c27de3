"""Questions about meetings, as their invitations tell of them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.crm.records import Meeting


def meeting_by_uid(session: Session, uid: str, organizer: str, recurrence: str) -> Meeting | None:
    """Give a meeting, or one occurrence of a series, by what its organizer calls it."""
    query = select(Meeting).where(
        Meeting.uid == uid, Meeting.organizer == organizer, Meeting.recurrence == recurrence
    )
    return session.scalar(query)


def meetings_of_box(session: Session, box_id: int) -> list[Meeting]:
    """Give the meetings of a box, the earliest first."""
    query = select(Meeting).where(Meeting.box_id == box_id).order_by(Meeting.starts_at, Meeting.id)
    return list(session.scalars(query))
