"""Caps per address: which letters count, for whom and since when (L1)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("letter", sa.Column("is_capped", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("letter_recipient", sa.Column("peer", sa.String(length=320), nullable=True))
    op.add_column("letter_recipient", sa.Column("taken_at", sa.BigInteger(), nullable=True))
    op.create_index("ix_letter_recipient_peer_taken_at", "letter_recipient", ["peer", "taken_at"])


def downgrade() -> None:
    op.drop_index("ix_letter_recipient_peer_taken_at", "letter_recipient")
    op.drop_column("letter_recipient", "taken_at")
    op.drop_column("letter_recipient", "peer")
    op.drop_column("letter", "is_capped")
