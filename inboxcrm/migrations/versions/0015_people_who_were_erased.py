"""People who were erased: what of theirs stays out, and which documents are kept for the law."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erased_address",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_erased_address"),
    )
    op.add_column("document", sa.Column("blocked_until", sa.Date()))


def downgrade() -> None:
    op.drop_column("document", "blocked_until")
    op.drop_table("erased_address")
