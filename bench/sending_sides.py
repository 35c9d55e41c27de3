"""The sides of the sending benchmark, each run in a process of its own."""

from __future__ import annotations

import asyncio
import random
import time
from datetime import UTC, datetime
from typing import Any

from aiosmtplib import SMTP

from bench.house import office_on, settings_for
from bench.mail_account import ADDRESS
from inboxcrm.base.database import open_database
from inboxcrm.base.store import blob_content, keep_blobs, set_switch
from inboxcrm.base.work import Work
from inboxcrm.mail.incoming import Address
from inboxcrm.outbox.delivery import send_due_letters
from inboxcrm.outbox.letter import Plan, write_letter
from inboxcrm.outbox.store import letters_in_state

PDF_BYTES = 20_000
FACTS: dict[str, Any] = {
    "name": "Customer",
    "text": "Here is the quote that you asked for.",
    "box": "Benchmark",
    "commands": [],
    "task": "",
    "worth": [],
    "did": [],
    "snippets": [],
    "mail": None,
    "reply_link": "",
    "has_draft": False,
    "house": ADDRESS,
    "kept": "",
    "why": "a benchmark",
    "rule": "none",
}


def send_letters(port: int, url: str, letters: int) -> dict[str, Any]:
    """Write letters to outsiders, then send them all as a worker does."""
    office = office_on(open_database(url), settings_for(smtp_port=port))
    with office.work("bench", actor="bench") as work:
        _write_letters(work, letters)
    begun, sent = time.perf_counter(), 0
    while now_sent := send_due_letters(office):
        sent += now_sent
    seconds = time.perf_counter() - begun
    if sent != letters:
        raise RuntimeError(f"{sent} of {letters} letters were sent")
    return {"n": sent, "seconds": seconds}


def _write_letters(work: Work, letters: int) -> None:
    pdf = b"%PDF-1.7\n" + random.Random(1).randbytes(PDF_BYTES)
    [sha256] = keep_blobs(work.session, [pdf])
    set_switch(work.session, f"live:{ADDRESS}", "live", datetime.now(UTC))
    for number in range(letters):
        plan = Plan(
            kind="notice",
            dedupe=f"bench:{number}",
            account=ADDRESS,
            to=[Address("Customer", f"buyer{number}@customer.example")],
            subject=f"Quote {number}",
            facts=FACTS,
            attachments=[{"name": "quote.pdf", "content_type": "application/pdf", "sha256": sha256}],
        )
        write_letter(work, plan)


def send_bare(port: int, url: str) -> dict[str, Any]:
    """Hand the same frozen bytes to the same server over one kept connection."""
    office = office_on(open_database(url), settings_for(smtp_port=port))
    with office.reading() as session:
        ready = [
            (letter.recipients[0].address, blob_content(session, letter.mime_sha256 or ""))
            for letter in letters_in_state(session, "sent")
        ]
    begun = time.perf_counter()
    asyncio.run(_send_ready(port, ready))
    return {"n": len(ready), "seconds": time.perf_counter() - begun}


async def _send_ready(port: int, ready: list[tuple[str, bytes]]) -> None:
    async with SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
        await client.login(ADDRESS, "pw")
        for recipient, raw in ready:
            await client.sendmail(ADDRESS, [recipient], raw)
