"""Runs of sequences, and which letters are theirs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IS_GOING = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "sequence_run",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("rule", sa.String(80), nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("subject_kind", sa.String(30), nullable=False),
        sa.Column("subject_id", ROW_ID, nullable=False),
        sa.Column("box_id", ROW_ID, nullable=False),
        sa.Column("contact_id", ROW_ID, nullable=True),
        sa.Column("occasion", sa.String(200), nullable=False),
        sa.Column("event_id", ROW_ID, nullable=True),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("stepped_at", sa.BigInteger(), nullable=False),
        sa.Column("heard", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.String(200), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sequence_run")),
        sa.UniqueConstraint("occasion", name=op.f("uq_sequence_run_occasion")),
    )
    op.create_index("ix_sequence_run_box_id", "sequence_run", ["box_id"])
    op.create_index("ix_sequence_run_contact_id", "sequence_run", ["contact_id"])
    op.create_index(
        "uq_sequence_run_going",
        "sequence_run",
        ["rule", "subject_kind", "subject_id"],
        unique=True,
        sqlite_where=IS_GOING,
        postgresql_where=IS_GOING,
    )
    op.create_index(
        "ix_sequence_run_due_at",
        "sequence_run",
        ["due_at"],
        sqlite_where=IS_GOING,
        postgresql_where=IS_GOING,
    )
    op.add_column("letter", sa.Column("run_id", ROW_ID, nullable=True))
    op.create_index("ix_letter_run_id", "letter", ["run_id"])


def downgrade() -> None:
    op.drop_index("ix_letter_run_id", "letter")
    op.drop_column("letter", "run_id")
    op.drop_table("sequence_run")
