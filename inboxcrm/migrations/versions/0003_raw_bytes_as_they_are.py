"""Raw mail as it came, on PostgreSQL: its default compression takes five times as long as writing it."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _store("external")


def downgrade() -> None:
    _store("extended")


def _store(how: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"alter table blob alter content set storage {how}")
