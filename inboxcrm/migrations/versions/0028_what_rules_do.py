"""What rules do: tags of boxes, letters held by the brake, calls of webhooks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "box_tag",
        sa.Column("box_id", ROW_ID, nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["box_id"], ["box.id"], name=op.f("fk_box_tag_box_id_box")),
        sa.PrimaryKeyConstraint("box_id", "name", name=op.f("pk_box_tag")),
    )
    op.create_table(
        "burst",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("rule", sa.String(80), nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.String(200), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_burst")),
    )
    op.create_index("ix_burst_state_rule", "burst", ["state", "rule"])
    op.create_table(
        "webhook_call",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("delivery", sa.String(40), nullable=False),
        sa.Column("dedupe", sa.String(200), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("box_id", ROW_ID, nullable=True),
        sa.Column("told", sa.String(60), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("claimed_until", sa.BigInteger(), nullable=True),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_call")),
        sa.UniqueConstraint("delivery", name=op.f("uq_webhook_call_delivery")),
        sa.UniqueConstraint("dedupe", name=op.f("uq_webhook_call_dedupe")),
    )
    op.create_index("ix_webhook_call_state_due_at", "webhook_call", ["state", "due_at"])


def downgrade() -> None:
    op.drop_table("webhook_call")
    op.drop_table("burst")
    op.drop_table("box_tag")
