"""Why a mail lies where it does, in words that fit their column (V4)."""

from __future__ import annotations

from inboxcrm.ingest.records import Message
from inboxcrm.mail.scrub import scrub_line

LONGEST = 200


def note_filed(message: Message, how: str, confidence: str = "sure") -> None:
    """Write down how a mail was filed and how sure that is; the words may hold foreign names."""
    message.match_how, message.match_confidence = scrub_line(how)[:LONGEST], confidence
