"""Deals that are lost, on hold, committed, or too long in their stage."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None
DAY = 86_400_000_000  # microseconds
# How long a deal may stand on a stage, in days, as it is without configuration.
DAYS = {
    "Identification": 14,
    "Qualification": 14,
    "Needs Analysis": 21,
    "Presentation": 21,
    "Quote": 14,
    "Negotiation": 21,
    "Closure": 7,
}


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("lead", sa.Column("lost_opportunity_id", number, nullable=True))
    op.create_index("ix_lead_lost_opportunity_id", "lead", ["lost_opportunity_id"])
    op.add_column("opportunity", sa.Column("stage_overdue_at", sa.BigInteger(), nullable=True))
    for name in ("is_closing", "is_committed"):
        op.add_column(
            "opportunity", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.add_column("opportunity", sa.Column("probability_why", sa.Text(), nullable=True))
    op.add_column("opportunity", sa.Column("lost_reason", sa.String(length=40), nullable=True))
    op.add_column("opportunity", sa.Column("lost_why", sa.Text(), nullable=True))
    op.create_index("ix_opportunity_lost_reason", "opportunity", ["lost_reason"])
    op.create_index("ix_opportunity_wake_on", "opportunity", ["wake_on"])
    _fill()


def _fill() -> None:
    deal = sa.table(
        "opportunity",
        sa.column("stage", sa.String()),
        sa.column("stage_since_at", sa.BigInteger()),
        sa.column("stage_overdue_at", sa.BigInteger()),
        sa.column("is_closing", sa.Boolean()),
        sa.column("closed_at", sa.BigInteger()),
    )
    for stage, days in DAYS.items():
        of_stage = sa.update(deal).where(deal.c.stage == stage, deal.c.closed_at.is_(None))
        op.execute(of_stage.values(stage_overdue_at=deal.c.stage_since_at + days * DAY))
    op.execute(sa.update(deal).where(deal.c.stage == "Closure").values(is_closing=sa.true()))


def downgrade() -> None:
    op.drop_index("ix_opportunity_wake_on", "opportunity")
    op.drop_index("ix_opportunity_lost_reason", "opportunity")
    for name in (
        "lost_why",
        "lost_reason",
        "probability_why",
        "is_committed",
        "is_closing",
        "stage_overdue_at",
    ):
        op.drop_column("opportunity", name)
    op.drop_index("ix_lead_lost_opportunity_id", "lead")
    op.drop_column("lead", "lost_opportunity_id")
