"""Builds everything once from the settings: database, clock, key, wakes."""

from __future__ import annotations
