"""Pollers as forks of one that has imported everything, each of which a file can tell to die (see killable.py).

    python -m tests.flows.intake_killable < requests > answers          (one JSON value a line)

A request {"start": NAME, "settings": FILE, "database": URL, "folder": D, "batch": N} is answered by {"pid": n};
{"ended": true} by the processes that have ended since. Batches have N mails at most, so that a small mailbox has
many. Every account is read until the process is killed; its log goes to D/poll.log.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import threading
import traceback
from pathlib import Path
from typing import Any

import psycopg  # noqa: F401  # so that the forks have it
import sqlalchemy.dialects.postgresql.psycopg  # noqa: F401
from sqlalchemy import create_engine  # noqa: F401

import inboxcrm.mail.access  # noqa: F401
from inboxcrm.base.child import PR_SET_PDEATHSIG, _prctl
from inboxcrm.base.clock import SystemClock
from inboxcrm.base.database import open_database
from inboxcrm.base.ids import SystemIds
from inboxcrm.base.settings import Settings
from inboxcrm.base.work import Office
from inboxcrm.ingest.sync import fetching
from inboxcrm.workers.poller import poll
from tests.flows.killable import Reaching, ended
from tests.ingest.building import KEY


def read_mailboxes(request: dict[str, Any]) -> None:
    """Read all accounts until killed."""
    settings = Settings.model_validate(json.loads(Path(request["settings"]).read_text()))
    fetching.BATCH_MAILS = int(request["batch"])
    reach = Reaching(request["start"], Path(request["folder"]))
    engine = open_database(request["database"])
    office = Office(engine, SystemClock(), SystemIds(), settings, KEY, lambda _topics: None, reach)
    poll(office, threading.Event())


def start(request: dict[str, Any]) -> int:
    """Fork a poller; it ends with this process."""
    pid = os.fork()
    if pid:
        return pid
    if _prctl is not None:
        _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    log = os.open(Path(request["folder"]) / "poll.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for old, new in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(old, new)
    try:
        read_mailboxes(request)
    finally:
        traceback.print_exc()
        os._exit(70)  # never back into the loop of the mother
    return 0


def main() -> None:
    """Answer until the end of the input."""
    gc.freeze()
    for line in sys.stdin:
        request = json.loads(line)
        answer = {"pid": start(request)} if "start" in request else {"ended": ended()}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
