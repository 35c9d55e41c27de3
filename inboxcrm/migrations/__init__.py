"""The steps of the tables, by Alembic; each one is final once it is released."""

from __future__ import annotations
