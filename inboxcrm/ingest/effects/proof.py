"""Whose word a mail is."""

from __future__ import annotations

from inboxcrm.ingest.records import Message


def is_proven(message: Message) -> bool:
    """Tell whether a mail is its author's own: evidence own or aligned (docs/architecture.md, who may act)."""
    return message.is_own_sent or message.is_aligned
