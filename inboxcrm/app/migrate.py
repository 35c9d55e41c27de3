"""Brings the database to the newest tables, by Alembic; safe to run again, and by several at once."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

import inboxcrm

SCRIPTS = Path(inboxcrm.__file__).parent / "migrations"
MIGRATION_LOCK = 2


def migrate_database(engine: Engine) -> None:
    """Upgrade to the newest tables, all in one transaction."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("select pg_advisory_xact_lock(:name)"), {"name": MIGRATION_LOCK})
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(engine: Engine) -> bool:
    """Tell whether the database has the newest tables."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        return str(connection.scalar(text("select version_num from alembic_version"))) == newest


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    return config
