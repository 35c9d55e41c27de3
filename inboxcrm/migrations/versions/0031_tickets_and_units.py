"""Tickets, and deals that count a unit instead of money."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "ticket",
        sa.Column("box_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("step", sa.String(40), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["box_id"], ["box.id"], name=op.f("fk_ticket_box_id_box")),
        sa.PrimaryKeyConstraint("box_id", name=op.f("pk_ticket")),
    )
    op.add_column("opportunity", sa.Column("unit", sa.String(40), nullable=True))
    op.add_column("opportunity", sa.Column("units", sa.Integer(), nullable=True))
    op.add_column("opportunity", sa.Column("units_before", sa.Integer(), nullable=True))


def downgrade() -> None:
    for name in ("units_before", "units", "unit"):
        op.drop_column("opportunity", name)
    op.drop_table("ticket")
