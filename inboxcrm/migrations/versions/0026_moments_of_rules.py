"""Moments at which rules are due, and indexes for what rules usually ask."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

IS_OPEN_DEAL = sa.text("closed_at IS NULL")
IS_ANSWER_OWED = sa.text(
    "last_inbound_at IS NOT NULL AND (last_outbound_at IS NULL OR last_outbound_at < last_inbound_at)"
)
# Table, columns, and of which rows, if not of all.
INDEXES: tuple[tuple[str, tuple[str, ...], sa.TextClause | None], ...] = (
    ("box", ("last_activity_at",), None),
    ("box", ("last_inbound_at",), IS_ANSWER_OWED),
    ("lead", ("state", "created_at"), None),
    ("opportunity", ("stage", "stage_since_at"), IS_OPEN_DEAL),
    ("opportunity", ("stage_overdue_at",), IS_OPEN_DEAL),
    ("opportunity", ("close_on",), None),
    ("opportunity", ("closed_at",), None),
    ("document", ("state", "issued_at"), None),
)


def _name(table: str, columns: tuple[str, ...]) -> str:
    return f"ix_{table}_{'_'.join(columns)}"


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("sweep", sa.Column("is_listing", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "rule_moment",
        sa.Column("rule", sa.String(80), nullable=False),
        sa.Column("anchor", sa.String(30), nullable=False),
        sa.Column("subject_id", number, nullable=False),
        sa.PrimaryKeyConstraint("rule", "anchor", "subject_id", name=op.f("pk_rule_moment")),
    )
    op.create_table(
        "rule_wait",
        sa.Column("id", number, nullable=False),
        sa.Column("rule", sa.String(80), nullable=False),
        sa.Column("event_id", number, nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_wait")),
        sa.UniqueConstraint("rule", "event_id", name=op.f("uq_rule_wait_rule_event_id")),
    )
    op.create_index("ix_rule_wait_due_at", "rule_wait", ["due_at"])
    for table, columns, where in INDEXES:
        name = _name(table, columns)
        op.create_index(name, table, list(columns), sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for table, columns, _where in reversed(INDEXES):
        op.drop_index(_name(table, columns), table)
    op.drop_table("rule_wait")
    op.drop_table("rule_moment")
    op.drop_column("sweep", "is_listing")
