"""By when each box's customer must be answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "owed_answer",
        sa.Column("box_id", number, nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["box_id"], ["box.id"], name=op.f("fk_owed_answer_box_id_box")),
        sa.PrimaryKeyConstraint("box_id", name=op.f("pk_owed_answer")),
    )
    op.create_index("ix_owed_answer_due_at", "owed_answer", ["due_at"])


def downgrade() -> None:
    op.drop_table("owed_answer")
