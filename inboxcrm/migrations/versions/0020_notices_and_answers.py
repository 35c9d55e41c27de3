"""Notices that wait for others, snippets, and technical questions on their way up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "waiting_notice",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("occasion", sa.String(length=300), nullable=False),
        sa.Column("user", sa.String(length=40), nullable=False),
        sa.Column("box_id", ROW_ID, nullable=False),
        sa.Column("message_id", ROW_ID, nullable=True),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("row", sa.Text(), nullable=False),
        sa.Column("commands", sa.Text(), nullable=True),
        sa.Column("is_pressing", sa.Boolean(), nullable=False),
        sa.Column("look_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_notice")),
        sa.UniqueConstraint("occasion", name=op.f("uq_waiting_notice_occasion")),
    )
    op.create_index("ix_waiting_notice_state_due_at", "waiting_notice", ["state", "due_at"])
    op.create_table(
        "notice_turn",
        sa.Column("user", sa.String(length=40), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("user", name=op.f("pk_notice_turn")),
    )
    op.create_table(
        "snippet",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("title_key", sa.String(length=240), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=40), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snippet")),
        sa.UniqueConstraint("title_key", name=op.f("uq_snippet_title_key")),
    )
    op.create_table(
        "technical_question",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("message_id", ROW_ID, nullable=False),
        sa.Column("box_id", ROW_ID, nullable=False),
        sa.Column("rung", sa.String(length=10), nullable=False),
        sa.Column("user", sa.String(length=40), nullable=False),
        sa.Column("colleague", sa.String(length=40), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("moved_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_technical_question")),
        sa.UniqueConstraint("message_id", name=op.f("uq_technical_question_message_id")),
    )
    op.create_index("ix_technical_question_box_id", "technical_question", ["box_id"])


def downgrade() -> None:
    for table in ("technical_question", "snippet", "notice_turn", "waiting_notice"):
        op.drop_table(table)
