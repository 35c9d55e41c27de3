"""What came out of an old CRM: its keys, deals that sleep, notes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SLEEPS_UNTIL = sa.text("box_id is null and wake_at is not null")


def upgrade() -> None:
    op.create_table(
        "imported",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("target_id", ROW_ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported")),
        sa.UniqueConstraint("source", "kind", "key", name=op.f("uq_imported_source_kind_key")),
    )
    op.create_index("ix_imported_kind_target_id", "imported", ["kind", "target_id"], unique=False)
    op.create_table(
        "dormant_deal",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("contact_id", ROW_ID, nullable=True),
        sa.Column("organization_id", ROW_ID, nullable=True),
        sa.Column("owner", sa.String(length=40), nullable=True),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("amount_minor", ROW_ID, nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("close_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("renewal_on", sa.Date(), nullable=True),
        sa.Column("next_action", sa.String(length=500), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("wake_at", sa.BigInteger(), nullable=True),
        sa.Column("box_id", ROW_ID, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        _to("contact", "dormant_deal"),
        _to("organization", "dormant_deal"),
        _to("box", "dormant_deal"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dormant_deal")),
        sa.UniqueConstraint("box_id", name=op.f("uq_dormant_deal_box_id")),
    )
    for column in ("contact_id", "organization_id"):
        op.create_index(op.f(f"ix_dormant_deal_{column}"), "dormant_deal", [column], unique=False)
    op.create_index(
        "ix_dormant_deal_wake_at",
        "dormant_deal",
        ["wake_at"],
        unique=False,
        sqlite_where=SLEEPS_UNTIL,
        postgresql_where=SLEEPS_UNTIL,
    )
    op.create_table(
        "imported_note",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("deal_id", ROW_ID, nullable=True),
        sa.Column("contact_id", ROW_ID, nullable=True),
        sa.Column("organization_id", ROW_ID, nullable=True),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("written_at", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["dormant_deal.id"], name=op.f("fk_imported_note_deal_id_dormant_deal")
        ),
        _to("contact", "imported_note"),
        _to("organization", "imported_note"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_note")),
    )
    for column in ("deal_id", "contact_id", "organization_id"):
        op.create_index(op.f(f"ix_imported_note_{column}"), "imported_note", [column], unique=False)


def _to(other: str, table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{other}_id_{other}")
    return sa.ForeignKeyConstraint([f"{other}_id"], [f"{other}.id"], name=name)


def downgrade() -> None:
    op.drop_table("imported_note")
    op.drop_table("dormant_deal")
    op.drop_table("imported")
