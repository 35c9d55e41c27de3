"""inboxcrm: a CRM that lives in the team's mailboxes."""

from __future__ import annotations

__version__ = "0.1.0"
