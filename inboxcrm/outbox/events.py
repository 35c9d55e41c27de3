"""Names of the facts that the outbox writes."""

from __future__ import annotations

LETTER_WRITTEN = "letter.written"
LETTER_SENT = "letter.sent"
LETTER_FAILED = "letter.failed"
LETTER_UNCERTAIN = "letter.uncertain"
LETTER_BOUNCED = "letter.bounced"
LETTER_CAPPED = "letter.capped"
DRAFT_LAID = "draft.laid"
WEBHOOK_FAILED = "webhook.failed"
SEQUENCE_BEGUN = "sequence.begun"
SEQUENCE_PAUSED = "sequence.paused"
SEQUENCE_STOPPED = "sequence.stopped"
SEQUENCE_FINISHED = "sequence.finished"
ACCOUNT_NEEDS_AUTH = "account.needs_auth"  # written by mail/access.py and mail/tokens.py
