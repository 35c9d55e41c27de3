"""Roles of people, further domains and parents of organizations, fields of the company's own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("organization", sa.Column("parent_id", ROW_ID, nullable=True))
    op.create_index(op.f("ix_organization_parent_id"), "organization", ["parent_id"], unique=False)
    op.create_table(
        "organization_domain",
        sa.Column("domain", sa.String(length=253), nullable=False),
        sa.Column("organization_id", ROW_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_organization_domain_organization_id_organization"),
        ),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_organization_domain")),
    )
    op.create_index(
        op.f("ix_organization_domain_organization_id"),
        "organization_domain",
        ["organization_id"],
        unique=False,
    )
    op.create_table(
        "contact_role",
        sa.Column("contact_id", ROW_ID, nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("box_id", ROW_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_contact_role_contact_id_contact")
        ),
        sa.PrimaryKeyConstraint("contact_id", "role", "box_id", name=op.f("pk_contact_role")),
    )
    op.create_index(op.f("ix_contact_role_box_id"), "contact_role", ["box_id"], unique=False)
    op.create_table(
        "field_value",
        sa.Column("record", sa.String(length=20), nullable=False),
        sa.Column("record_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=True),
        sa.Column("number_e4", sa.BigInteger(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("record", "record_id", "name", name=op.f("pk_field_value")),
    )


def downgrade() -> None:
    op.drop_table("field_value")
    op.drop_index(op.f("ix_contact_role_box_id"), table_name="contact_role")
    op.drop_table("contact_role")
    op.drop_index(op.f("ix_organization_domain_organization_id"), table_name="organization_domain")
    op.drop_table("organization_domain")
    op.drop_index(op.f("ix_organization_parent_id"), table_name="organization")
    op.drop_column("organization", "parent_id")
