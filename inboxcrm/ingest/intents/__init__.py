"""What a mail's own words ask for or say (IN-12), by the phrases of `words/<language>.toml`."""

from __future__ import annotations

from inboxcrm.ingest.intents.intent import Intent
from inboxcrm.ingest.intents.reading import read_absence, read_intents

__all__ = ["Intent", "read_absence", "read_intents"]
