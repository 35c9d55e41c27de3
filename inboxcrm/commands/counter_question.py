"""A customer who asks back about his quote is negotiating (OP-2)."""

from __future__ import annotations

from inboxcrm.base.work import Event, Work
from inboxcrm.commands.acceptance import ACCEPTING, CUSTOMERS, evidence_of
from inboxcrm.commands.authority import verdict
from inboxcrm.crm.opportunity import advance_stage
from inboxcrm.crm.store import opportunity_by_id
from inboxcrm.ingest.store import message_by_id
from inboxcrm.sales.store import quote_in_play

ASKING = frozenset(("question", "rejection", "renegotiation"))


def note_counter_question(work: Work, event: Event) -> None:
    """Move the deal of a sent quote forward when an addressee's answer asks for something, and accepts nothing."""
    names = {str(name) for name in event.payload.get("intents", ())}
    if not names & ASKING or names & set(ACCEPTING) or event.box_id is None:
        return
    message = message_by_id(work.session, event.subject_id)
    if message.box_id is None or message.kind not in CUSTOMERS:
        return
    quote = quote_in_play(work.session, message.box_id)
    if quote is None or quote.state != "sent" or verdict("question", evidence_of(work, message)) != "act":
        return
    advance_stage(work, opportunity_by_id(work.session, quote.opportunity_id), "counter-question")
