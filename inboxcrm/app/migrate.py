"""Brings the database to the newest tables, by Alembic; safe to run again, and by several at once."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, inspect, text

import inboxcrm
from inboxcrm.base.database import check_database

SCRIPTS = Path(inboxcrm.__file__).parent / "migrations"
MIGRATION_LOCK = 2
OWN = ("alembic_version", "message_search")  # tables that are never empty, or hold only what others hold


def migrate_database(engine: Engine) -> None:
    """Upgrade to the newest tables, all in one transaction."""
    from alembic import command  # read only here: it takes longer than all the rest
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("select pg_advisory_xact_lock(:name)"), {"name": MIGRATION_LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(engine: Engine) -> bool:
    """Tell whether the database has the newest tables."""
    newest = max(file.name.partition("_")[0] for file in (SCRIPTS / "versions").glob("[0-9]*.py"))
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        return str(connection.scalar(text("select version_num from alembic_version"))) == newest


def holds_data(engine: Engine) -> bool:
    """Tell whether any table has a row; a database without tables holds nothing. Raises DatabaseUnreachable."""
    check_database(engine)
    with engine.connect() as connection:
        quote = connection.dialect.identifier_preparer.quote
        tables = [name for name in inspect(connection).get_table_names() if not name.startswith(OWN)]
        return any(connection.scalar(text(f"select 1 from {quote(name)} limit 1")) for name in tables)
