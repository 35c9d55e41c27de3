"""The sides of the intake benchmark, each run in a process of its own."""

from __future__ import annotations

import importlib
import io
import json
import os
import runpy
import sys
import time
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from imapclient import IMAPClient

from bench.house import FixedClock, office_on, settings_for
from bench.side import tree_mb
from inboxcrm.base.database import Session, open_database
from inboxcrm.base.points import pass_on
from inboxcrm.base.store import count_events
from inboxcrm.crm.store import count_leads
from inboxcrm.ingest.lease import start_accounts
from inboxcrm.ingest.reading import read_account
from inboxcrm.ingest.store import count_messages, count_quarantine, folders_of, held_uids
from inboxcrm.ingest.sync.fetching import BATCH_MAILS
from inboxcrm.mail.imap import open_mailbox
from inboxcrm.mail.pool import start_pool
from inboxcrm.outbox.drafts import imap_server

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
AT_ONCE = 500


def take_in_all(port: int, url: str, is_history: bool, watch_from: int = 0) -> dict[str, Any]:
    """Read a whole account with the product; then once more, which must find nothing.

    With `watch_from` the memory of all its processes is watched: until so many mails are in, and to the end.
    """
    start_pool()  # before there are threads
    settings, engine = settings_for(imap_port=port), open_database(url)
    live_from = datetime.now(UTC) + timedelta(days=2) if is_history else LONG_AGO
    with office_on(engine, settings, FixedClock(live_from)).work("bench", actor="bench") as work:
        start_accounts(work)
    watched = Watched(watch_from, time.perf_counter())
    office = replace(office_on(engine, settings), reach=watched.look if watch_from else pass_on)
    account = settings.house_account
    begun, begun_cpu = time.perf_counter(), time.process_time()
    with open_mailbox(imap_server(account)) as mailbox:
        while read_account(office, account, mailbox):
            pass
        seconds, cpu_s = time.perf_counter() - begun, time.process_time() - begun_cpu
        again = read_account(office, account, mailbox)
    with office.reading() as session:
        return {"n": _held(session), "seconds": seconds, "cpu_s": round(cpu_s, 2), "again": again} | {
            "messages": count_messages(session),
            "quarantine": count_quarantine(session),
            "leads": count_leads(session),
            "events": count_events(session, "message.received"),
            **(watched.told() if watch_from else {}),
        }


@dataclass(slots=True)
class Watched:
    """The most memory that this process and its children had, before and after so many batches were written."""

    watch_from: int
    begun: float
    first_mb: float = 0.0
    most_mb: float = 0.0
    first_seconds: float = 0.0
    batches: int = 0

    def look(self, point: str) -> None:
        """Look after each batch; shared pages count once."""
        if point != "intake.after_commit":
            return
        self.batches += 1
        self.most_mb = max(self.most_mb, tree_mb())
        if self.batches * BATCH_MAILS <= self.watch_from:
            self.first_mb, self.first_seconds = self.most_mb, time.perf_counter() - self.begun

    def told(self) -> dict[str, Any]:
        """Give the figures."""
        most = {"first": round(self.first_mb, 1), "all": round(self.most_mb, 1)}
        return {"most_mb": most, "first_seconds": round(self.first_seconds, 2)}


def _held(session: Session) -> int:
    return sum(len(held_uids(session, folder)) for folder in folders_of(session, 1))


def fetch_all(port: int, user: str) -> dict[str, Any]:
    """Fetch every mail with the bare library, its debug level off, and keep none."""
    begun, count = time.perf_counter(), 0
    with IMAPClient("127.0.0.1", port, ssl=False) as client:
        client._imap.debug = 0
        client.login(user, "pw")
        client.select_folder("INBOX", readonly=True)
        uids = client.search(["UID", "1:*"])
        for start in range(0, len(uids), AT_ONCE):
            count += len(client.fetch(uids[start : start + AT_ONCE], ["BODY.PEEK[]"]))
    return {"n": count, "seconds": time.perf_counter() - begun}


def run_ceiling(port: int, modes: list[str], url: str) -> dict[str, Any]:
    """Run ceiling.py of $INBOXCRM_PEERS against our server and database; its own line tells the figures."""
    folder = os.environ["INBOXCRM_PEERS"]
    sys.path.insert(0, folder)
    places: Any = importlib.import_module("common")  # where the peers keep ports and URLs
    places.IMAP_HOST, places.IMAP_PORT, places.IMAP_PW, places.PG_URL = "127.0.0.1", port, "pw", url
    sys.argv = ["ceiling.py", *modes]
    with redirect_stdout(io.StringIO()) as told:
        runpy.run_path(os.path.join(folder, "ceiling.py"), run_name="__main__")  # noqa: PTH118
    line = json.loads(told.getvalue().splitlines()[-1])
    return {"n": line["messages"], "seconds": line["seconds"], "peak_rss_mb": line["peak_rss_mb"]}
