"""Organization boxes and the deals that belong to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "organization_box",
        sa.Column("organization_id", ROW_ID, nullable=False),
        sa.Column("box_id", ROW_ID, nullable=False),
        sa.ForeignKeyConstraint(["box_id"], ["box.id"], name=op.f("fk_organization_box_box_id_box")),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_organization_box_organization_id_organization"),
        ),
        sa.PrimaryKeyConstraint("organization_id", name=op.f("pk_organization_box")),
        sa.UniqueConstraint("box_id", name=op.f("uq_organization_box_box_id")),
    )
    op.create_table(
        "box_link",
        sa.Column("box_id", ROW_ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("linked_id", ROW_ID, nullable=False),
        sa.ForeignKeyConstraint(["box_id"], ["box.id"], name=op.f("fk_box_link_box_id_box")),
        sa.ForeignKeyConstraint(["linked_id"], ["box.id"], name=op.f("fk_box_link_linked_id_box")),
        sa.PrimaryKeyConstraint("box_id", "kind", name=op.f("pk_box_link")),
    )
    op.create_index(op.f("ix_box_link_linked_id"), "box_link", ["linked_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_box_link_linked_id"), table_name="box_link")
    op.drop_table("box_link")
    op.drop_table("organization_box")
