"""Organizations with another part in a deal than the customer's."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "box_party",
        sa.Column("box_id", ROW_ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("organization_id", ROW_ID, nullable=False),
        sa.ForeignKeyConstraint(["box_id"], ["box.id"], name=op.f("fk_box_party_box_id_box")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organization.id"], name=op.f("fk_box_party_organization_id_organization")
        ),
        sa.PrimaryKeyConstraint("box_id", "kind", name=op.f("pk_box_party")),
    )
    op.create_index(op.f("ix_box_party_organization_id"), "box_party", ["organization_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_box_party_organization_id"), table_name="box_party")
    op.drop_table("box_party")
