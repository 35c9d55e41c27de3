"""What is needed besides facts to tell how letters were at a past moment."""

from __future__ import annotations

from typing import Any

from inboxcrm.outbox.records import Letter

LETTER: dict[str, Any] = {"#since_at": Letter.created_at}
