"""Normal forms of names, and merges that can be undone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from inboxcrm.base.name_key import company_key, person_key

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None
ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT_ONCE = 5000
IS_MERGED = sa.text("merged_into is not null")
KEYS = (("contact", person_key), ("organization", company_key))


def upgrade() -> None:
    for table, _ in KEYS:
        op.add_column(table, sa.Column("name_key", sa.String(length=200), nullable=True))
        op.add_column(table, sa.Column("merged_into", ROW_ID, nullable=True))
        _fill_keys(table)
    for table in ("box", "contact", "organization"):
        op.create_index(
            f"ix_{table}_merged_into",
            table,
            ["merged_into"],
            unique=False,
            sqlite_where=IS_MERGED,
            postgresql_where=IS_MERGED,
        )
    op.create_index(
        "ix_contact_name_key_organization_id", "contact", ["name_key", "organization_id"], unique=False
    )
    op.create_index("ix_organization_name_key", "organization", ["name_key"], unique=False)
    _make_merges()


def _fill_keys(table: str) -> None:
    key_of, last, database = dict(KEYS)[table], 0, op.get_bind()
    rows = sa.table(table, sa.column("id"), sa.column("name"), sa.column("name_key"))
    some = sa.select(rows.c.id, rows.c.name).order_by(rows.c.id).limit(AT_ONCE)
    change = sa.update(rows).where(rows.c.id == sa.bindparam("row")).values(name_key=sa.bindparam("key"))
    while found := database.execute(some.where(rows.c.id > last)).all():
        keys = [{"row": number, "key": key_of(name or "")} for number, name in found]
        if keys := [one for one in keys if one["key"]]:
            database.execute(change, keys)
        last = found[-1].id


def _make_merges() -> None:
    op.create_table(
        "merge",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("survivor_id", ROW_ID, nullable=False),
        sa.Column("loser_id", ROW_ID, nullable=False),
        sa.Column("part_of", ROW_ID, nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("taken", sa.Text(), nullable=False),
        sa.Column("kept", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.Column("undone_by", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["part_of"], ["merge.id"], name=op.f("fk_merge_part_of_merge")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge")),
    )
    op.create_index(op.f("ix_merge_part_of"), "merge", ["part_of"], unique=False)
    op.create_index("ix_merge_kind_survivor_id", "merge", ["kind", "survivor_id"], unique=False)
    op.create_index("ix_merge_kind_loser_id", "merge", ["kind", "loser_id"], unique=False)


def downgrade() -> None:
    op.drop_table("merge")
    op.drop_index("ix_box_merged_into", table_name="box")
    op.drop_index("ix_contact_name_key_organization_id", table_name="contact")
    op.drop_index("ix_organization_name_key", table_name="organization")
    for table, _ in KEYS:
        op.drop_index(f"ix_{table}_merged_into", table_name=table)
        op.drop_column(table, "merged_into")
        op.drop_column(table, "name_key")
