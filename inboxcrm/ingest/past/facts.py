"""Columns of mails besides their facts, of which past facts are made; their names begin with #."""

from __future__ import annotations

from typing import Any

from inboxcrm.crm.facts import BOX
from inboxcrm.ingest.records import Message

MESSAGE: dict[str, Any] = {"#since_at": Message.taken_in_at, "#last_outbound_at": BOX["last_outbound_at"]}
