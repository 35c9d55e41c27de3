"""An address as notices write it."""

from __future__ import annotations

from inboxcrm.mail.scrub import scrub_line

MAX_ADDRESS = 320


def clean_address(text: str) -> str:
    """An address as it is compared: one line in lower case without brackets around it and a last full stop."""
    return scrub_line(text).strip("<>'").rstrip(".,;:").lower()[:MAX_ADDRESS]
