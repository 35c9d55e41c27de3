"""What Alembic runs: on the connection that `app/migrate.py` hands in."""

from __future__ import annotations

from alembic import context

from inboxcrm.migrations.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
