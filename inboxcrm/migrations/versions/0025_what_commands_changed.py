"""What each line of a command mail has changed, so that it can be undone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "change_set",
        sa.Column("id", number, nullable=False),
        sa.Column("message_id", number, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(40), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("box_id", number, nullable=True),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("events", sa.Text(), nullable=False),
        sa.Column("letters", sa.Text(), nullable=False),
        sa.Column("lasting", sa.String(60), nullable=False),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.Column("undone_by", sa.String(200), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_set")),
        sa.UniqueConstraint("message_id", "line", name=op.f("uq_change_set_message_id_line")),
    )
    op.create_table(
        "retired_id",
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("last", number, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_retired_id")),
    )


def downgrade() -> None:
    op.drop_table("retired_id")
    op.drop_table("change_set")
