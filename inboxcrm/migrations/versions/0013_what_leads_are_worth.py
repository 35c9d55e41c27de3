"""What is known of leads: budget, authority, need, timeline, points; when one comes back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lead", sa.Column("recontact_at", sa.BigInteger(), nullable=True))
    op.add_column("lead", sa.Column("revived_at", sa.BigInteger(), nullable=True))
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    words = [sa.Column(name, sa.String(10)) for name in ("budget", "authority", "need", "timeline")]
    points = [sa.Column(name, sa.Integer()) for name in ("size", "industry", "engagement", "fit")]
    op.create_table(
        "qualification",
        sa.Column("lead_id", number, sa.ForeignKey("lead.id"), primary_key=True),
        *words,
        sa.Column("employees", sa.Integer()),
        sa.Column("branch", sa.String(100)),
        *points,
        sa.Column("estimate_minor", number),
        sa.Column("currency", sa.String(3)),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("points", sa.Text(), nullable=False),
        sa.Column("scored_at", sa.BigInteger()),
    )


def downgrade() -> None:
    op.drop_table("qualification")
    op.drop_column("lead", "revived_at")
    op.drop_column("lead", "recontact_at")
