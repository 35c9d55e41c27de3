"""The demo's counts, each read from the database and the mailboxes at the end."""

from __future__ import annotations

import json

from inboxcrm.demo.stage import Stage

COUNTS = {
    "messages": "select count(*) from message",
    "leads": "select count(*) from lead",
    "opportunities": "select count(*) from opportunity",
    "quotes": "select count(*) from document where kind = 'quote'",
    "orders": "select count(*) from document where kind = 'order'",
    "invoices": "select count(*) from document where kind = 'invoice' and number is not null",
    "letters_sent": "select count(*) from letter where form = 'letter' and state = 'sent'",
    "quarantined": "select count(*) from quarantine",
}


def summarize(stage: Stage) -> dict[str, int]:
    """Count; the ledger's difference comes from asking the mail server. Lays the PDFs out as files."""
    summary = {name: int(stage.ask(query)[0][0]) for name, query in COUNTS.items()}
    ledger = json.loads(stage.command("ledger", "--json"))
    summary["ledger_difference"] = sum(abs(row["difference"]) for row in ledger)
    papers = stage.folder / "papers"
    papers.mkdir()
    query = (
        "select document.number, blob.content from document join blob on blob.sha256 = document.pdf_sha256"
    )
    for number, content in stage.ask(query):
        (papers / f"{number}.pdf").write_bytes(content)
    return summary
