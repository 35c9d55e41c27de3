"""Names of the facts that sales writes."""

from __future__ import annotations

QUOTE_ISSUED = "quote.issued"
QUOTE_SENT = "quote.sent"
DOCUMENT_ACCEPTED = "document.accepted"
ORDER_RELEASED = "order.released"
ORDER_DELIVERED = "order.delivered"
ORDER_CLOSED = "order.closed"
INVOICE_PREPARED = "invoice.prepared"
INVOICE_ISSUED = "invoice.issued"
INVOICE_STOPPED = "invoice.stopped"
INVOICE_BLOCKED = "invoice.blocked"
INVOICE_PAID = "invoice.paid"
PAPER_MADE = "paper.made"
EVIDENCE_ADDED = "evidence.added"
