"""Finds the documents of erased people that the law no longer asks for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None
BLOCKED = sa.text("blocked_until IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_document_blocked_until",
        "document",
        ["blocked_until"],
        sqlite_where=BLOCKED,
        postgresql_where=BLOCKED,
    )


def downgrade() -> None:
    op.drop_index("ix_document_blocked_until", "document")
