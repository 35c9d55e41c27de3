"""The table of merges: what was made one, and all that is needed to take it apart again (LD-4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from inboxcrm.base.columns import Json, RowId
from inboxcrm.base.database import Base


class Merge(Base):
    """Two records that became one, and what that changed in which rows."""

    __tablename__ = "merge"
    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))  # box, contact, organization
    survivor_id: Mapped[int] = mapped_column(RowId)
    loser_id: Mapped[int] = mapped_column(RowId)
    part_of: Mapped[int | None] = mapped_column(ForeignKey("merge.id"), index=True)
    reason: Mapped[str] = mapped_column(String(300))
    changes: Mapped[list[dict[str, Any]]] = mapped_column(Json)  # in their order, with the old values
    taken: Mapped[dict[str, Any]] = mapped_column(Json)  # what the survivor had not, by field
    kept: Mapped[dict[str, Any]] = mapped_column(Json)  # what the loser had otherwise, by field
    actor: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None] = mapped_column(String(200))
    __table_args__ = (
        Index("ix_merge_kind_survivor_id", "kind", "survivor_id"),
        Index("ix_merge_kind_loser_id", "kind", "loser_id"),
    )
