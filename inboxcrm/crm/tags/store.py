"""Questions for tags."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from inboxcrm.base.store import insert_or_ignore
from inboxcrm.crm.tags.records import BoxTag


def tags_of_box(session: Session, box_id: int) -> list[str]:
    """Give the tags of a box, in the order of the alphabet."""
    return list(session.scalars(select(BoxTag.name).where(BoxTag.box_id == box_id).order_by(BoxTag.name)))


def insert_tag(session: Session, box_id: int, name: str) -> None:
    """Write a tag of a box; one that is there already stays."""
    session.flush()
    insert_or_ignore(session, BoxTag.__table__, [{"box_id": box_id, "name": name}])


def delete_tag(session: Session, box_id: int, name: str) -> None:
    """Take a tag of a box away."""
    session.execute(delete(BoxTag).where(BoxTag.box_id == box_id, BoxTag.name == name))
