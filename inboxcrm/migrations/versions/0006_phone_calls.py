"""Calls, each by its occasion, so that none is logged twice."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "phone_call",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("occasion", sa.String(length=200), nullable=False),
        sa.Column("box_id", ROW_ID, nullable=True),
        sa.Column("contact_id", ROW_ID, nullable=True),
        sa.Column("message_id", ROW_ID, nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("user", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["box_id"], ["box.id"], name=op.f("fk_phone_call_box_id_box")),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_phone_call_contact_id_contact")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_call")),
        sa.UniqueConstraint("occasion", name=op.f("uq_phone_call_occasion")),
    )
    op.create_index(op.f("ix_phone_call_box_id"), "phone_call", ["box_id"], unique=False)
    op.create_index(op.f("ix_phone_call_contact_id"), "phone_call", ["contact_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_phone_call_contact_id"), table_name="phone_call")
    op.drop_index(op.f("ix_phone_call_box_id"), table_name="phone_call")
    op.drop_table("phone_call")
