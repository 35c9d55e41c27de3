"""When a deal last woke from being on hold, so that it is not called quiet for the time that it slept (OP-9)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("opportunity", sa.Column("woken_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("opportunity", "woken_at")
