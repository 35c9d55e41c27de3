"""What everything stands on: time, money, settings, the database and one transaction."""

from __future__ import annotations
