"""Leads, opportunities, people and tasks. Writes events; never calls rules, intake or the outbox."""

from __future__ import annotations

import inboxcrm.crm.history  # noqa: F401  # the history is kept wherever the CRM is used
