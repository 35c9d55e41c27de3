"""Databases and servers for the tests of this folder."""

from __future__ import annotations

from tests.ingest.databases import (
    both,
    clock,
    engine,
    imap,
    office,
    running_smtp,
    smtp,
)

__all__ = [
    "both",
    "clock",
    "engine",
    "imap",
    "office",
    "running_smtp",
    "smtp",
]
