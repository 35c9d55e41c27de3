"""What of a day is worth telling in the evening, in words: a literal table by kind of event (MG-1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from inboxcrm.reports.digests.shape import in_quotes

# Told one by one, the first of them first; what is not here is only counted, or not told.
TOLD: dict[str, Callable[[dict[str, Any]], str]] = {
    "opportunity.won": lambda told: "won",
    "opportunity.lost": lambda told: f"lost: {in_quotes(str(told.get('reason') or ''))}",
    "document.accepted": lambda told: "the quote is accepted",
    "order.released": lambda told: "the order is released",
    "invoice.paid": lambda told: "the invoice is paid",
    "quote.sent": lambda told: "the quote is sent",
    "lead.created": lambda told: "a new lead",
    "lead.assigned": lambda told: "a lead was given to you",
    "opportunity.created": lambda told: "a new deal",
    "opportunity.assigned": lambda told: "a deal was given to you",
    "stage.changed": lambda told: f"now on {told.get('new') or told.get('stage') or 'another stage'}",
    "opportunity.held": lambda told: "put on hold",
    "lead.revived": lambda told: "its contact wrote again",
}
# Not told where one of these is: a deal that is won stands on no stage any more.
UNTOLD_BESIDE = {
    "stage.changed": {"opportunity.won", "opportunity.lost"},
    "lead.assigned": {"lead.created"},
    "opportunity.assigned": {"opportunity.created"},
}
MAILS = {"message.received": "mail of customers", "message.sent": "answered"}
DONE = "task.done"
KINDS = frozenset((*TOLD, *MAILS, DONE))
ORDER = {kind: number for number, kind in enumerate(TOLD)}
