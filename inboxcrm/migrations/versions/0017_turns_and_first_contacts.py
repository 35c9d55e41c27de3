"""Whose turn it is to get a lead, and by when each must be answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "turn",
        sa.Column("user", sa.String(40), nullable=False),
        sa.Column("number", ROW_ID, nullable=False),
        sa.PrimaryKeyConstraint("user", name=op.f("pk_turn")),
    )
    op.create_table(
        "first_contact",
        sa.Column("lead_id", ROW_ID, nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("look_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_first_contact_lead_id_lead")),
        sa.PrimaryKeyConstraint("lead_id", name=op.f("pk_first_contact")),
    )
    op.create_index(op.f("ix_first_contact_look_at"), "first_contact", ["look_at"])


def downgrade() -> None:
    op.drop_table("first_contact")
    op.drop_table("turn")
