"""Up to which change of a folder the labels of its mails are known (I11)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("folder", sa.Column("modseq", number, nullable=True))


def downgrade() -> None:
    op.drop_column("folder", "modseq")
