"""What is needed besides facts to tell how documents were at a past moment."""

from __future__ import annotations

from typing import Any

from inboxcrm.crm.facts import OPPORTUNITY_ID
from inboxcrm.sales.records import Document

DOCUMENT: dict[str, Any] = {"#since_at": Document.created_at, "#opportunity_id": OPPORTUNITY_ID}
