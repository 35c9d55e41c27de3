"""The words of mails, for `inboxcrm search`: FTS5 on SQLite, a tsvector on PostgreSQL."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("create virtual table message_search using fts5(words, tokenize = 'unicode61')")
        return
    op.execute(
        "create table message_search (rowid bigint primary key references message(id) on delete cascade,"
        " words tsvector not null)"
    )
    op.execute("create index ix_message_search_words on message_search using gin (words)")


def downgrade() -> None:
    op.execute("drop table message_search")
