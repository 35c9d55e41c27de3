"""Outlook's mark of a letter's conversation (T3)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("letter", sa.Column("thread_index", sa.String(length=700), nullable=True))


def downgrade() -> None:
    op.drop_column("letter", "thread_index")
