"""The type of a lead, and whether mail made it, whatever its source is called."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lead", sa.Column("type", sa.String(length=40), nullable=True))
    op.add_column("lead", sa.Column("is_by_mail", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(op.f("ix_lead_type"), "lead", ["type"], unique=False)
    op.execute("update lead set is_by_mail = (source = 'Email')")


def downgrade() -> None:
    op.drop_index(op.f("ix_lead_type"), table_name="lead")
    op.drop_column("lead", "is_by_mail")
    op.drop_column("lead", "type")
