"""The poller at work in this process, and a stranger who writes to it again and again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from imapclient import IMAPClient
from sqlalchemy import Engine, text

from bench.house import office_on, settings_for
from bench.mail_account import ADDRESS
from inboxcrm.base.database import open_database
from inboxcrm.ingest.lease import start_accounts
from inboxcrm.mail.pool import start_pool
from inboxcrm.workers.poller import poll

MAILS = 40
EVERY_S = 0.25
LONGEST_S = 60.0
MAIL = (
    "From: p{n}@firm{n}.test\r\nTo: {to}\r\nSubject: Licences {n}\r\nMessage-ID: <live-{word}-{n}@firm.test>\r\n"
    "Date: Mon, 2 Mar 2026 12:00:00 +0000\r\n\r\nWe need {n} licences. What do they cost?\r\n"
)


def wait_for_mails(port: int, url: str) -> dict[str, Any]:
    """Read an account with a long history; give how long new mails take during it and after it, in seconds."""
    start_pool()
    engine = open_database(url)
    office = office_on(engine, settings_for(imap_port=port))
    with office.work("bench", actor="bench") as work:
        start_accounts(work)
    stop = threading.Event()
    poller = threading.Thread(target=poll, args=(office, stop))
    started = time.monotonic()
    poller.start()
    try:
        _until(lambda: _count(engine, "folder", "live_uid > 0") > 0)
        busy = _deliver(port, engine, "busy")
        is_still_reading = _count(engine, "message") < _count_history(engine)
        _until(lambda: _count(engine, "folder", "back_hi > 0") == 0, 3600)
        backfill_s = time.monotonic() - started
        idle = _deliver(port, engine, "idle")
    finally:
        stop.set()
        poller.join()
    told = {"busy": _figures(busy), "idle": _figures(idle), "backfill_s": round(backfill_s, 1)}
    return {"n": 2 * MAILS, "seconds": sum(busy) + sum(idle), **told, "history_to_the_end": is_still_reading}


def _deliver(port: int, engine: Engine, word: str) -> list[float]:
    taken: list[float] = []
    with IMAPClient("127.0.0.1", port, ssl=False) as client:
        client.login(ADDRESS, "pw")
        for number in range(MAILS):
            mail = MAIL.format(n=number, to=ADDRESS, word=word).encode()
            began = time.monotonic()
            client.append("INBOX", mail)
            where = f"message_id = 'live-{word}-{number}@firm.test'"
            _until(lambda where=where: _count(engine, "message", where) == 1)  # type: ignore[misc]
            taken.append(time.monotonic() - began)
            time.sleep(EVERY_S)
    return taken


def _figures(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {
        "p50_s": round(ordered[len(ordered) // 2], 3),
        "p95_s": round(ordered[int(len(ordered) * 0.95) - 1], 3),
        "most_s": round(ordered[-1], 3),
    }


def _count_history(engine: Engine) -> int:
    with engine.execution_options(is_reading=True).connect() as connection:
        return int(connection.scalar(text("select max(live_uid) from folder")) or 0)


def _count(engine: Engine, table: str, where: str = "1 = 1") -> int:
    with engine.execution_options(is_reading=True).connect() as connection:
        return int(connection.scalar(text(f"select count(*) from {table} where {where}")) or 0)


def _until(is_so: Callable[[], bool], longest_s: float = LONGEST_S) -> None:
    end = time.monotonic() + longest_s
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError("it did not happen in time")
        time.sleep(0.01)
