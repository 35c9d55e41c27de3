"""Projects of won deals; leads and deals that got another rep."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "project",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("opportunity_id", ROW_ID, nullable=False),
        sa.Column("organization_id", ROW_ID, nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("stakeholders", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"], name=op.f("fk_project_opportunity_id_opportunity")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_project_organization_id_organization")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("opportunity_id", name=op.f("uq_project_opportunity_id")),
    )
    op.create_index(op.f("ix_project_organization_id"), "project", ["organization_id"], unique=False)
    op.create_table(
        "handover",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("occasion", sa.String(length=200), nullable=False),
        sa.Column("box_id", ROW_ID, nullable=False),
        sa.Column("old_owner", sa.String(length=40), nullable=True),
        sa.Column("new_owner", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["box_id"], ["box.id"], name=op.f("fk_handover_box_id_box")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
        sa.UniqueConstraint("occasion", name=op.f("uq_handover_occasion")),
    )
    op.create_index(op.f("ix_handover_box_id"), "handover", ["box_id"], unique=False)
    op.create_index(op.f("ix_handover_state"), "handover", ["state"], unique=False)


def downgrade() -> None:
    op.drop_table("handover")
    op.drop_table("project")
